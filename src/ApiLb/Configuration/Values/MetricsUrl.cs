namespace ApiLb.Configuration.Values;

/// <summary>Where an etcd member serves <c>/health</c> and <c>/metrics</c>: <c>http://10.0.0.11:2381</c>.</summary>
internal static class MetricsUrl
{
    public static Parsed<Uri> Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return Failed(text, "has no scheme; write a URL such as http://10.0.0.11:2381");
        }

        if (text[..scheme] is not ("http" or "https"))
        {
            return Failed(text, $"has the scheme {Quoted.Shorten(text[..scheme])}; etcd serves metrics by http or https");
        }

        var authority = text[(scheme + 3)..].TrimEnd('/');
        if (authority.AsSpan().IndexOfAny("/?#@") >= 0)
        {
            return Failed(text, "has more than scheme, host and port; ApiLb adds /health and /metrics itself");
        }

        return ServerAddress.Parse(authority).TryGet(out var address, out var problem) && !address.IsUnix
            ? Parsed<Uri>.Of(new Uri($"{text[..scheme]}://{address}"))
            : Parsed<Uri>.Failed(problem ?? $"{Quoted.Of(text)} has no host and port");
    }

    private static Parsed<Uri> Failed(string text, string problem) => Parsed<Uri>.Failed($"{Quoted.Of(text)} {problem}");
}
