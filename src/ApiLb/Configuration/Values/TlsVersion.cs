namespace ApiLb.Configuration.Values;

/// <summary>A version of TLS that is still considered secure.</summary>
internal static class TlsVersion
{
    public static Parsed<string> Parse(string text) =>
        text is ListenerTlsOptions.Tls12 or ListenerTlsOptions.Tls13
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not one of the allowed versions of TLS; use {ListenerTlsOptions.Tls12} or {ListenerTlsOptions.Tls13}");
}
