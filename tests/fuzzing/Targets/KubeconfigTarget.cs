using System.Text;
using ApiLb.Kubernetes;

namespace ApiLb.Fuzzing.Targets;

/// <summary>A kubeconfig. It is refused with a reason, or it names a server to verify and credentials for it; what ApiLb itself writes of that is read again.</summary>
internal sealed class KubeconfigTarget : IFuzzTarget
{
    private const string Good =
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: other
          cluster: { server: "https://192.0.2.1" }
        - name: prod
          cluster:
            server: https://10.0.0.100:6443
            tls-server-name: kubernetes
            certificate-authority-data: Q0E=
        users:
        - name: apilb
          user:
            token: secret
        contexts:
        - name: here
          context: { cluster: prod, user: apilb }
        current-context: here
        """;

    public string Name => "kubeconfig";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            Good,
            Good.Replace("certificate-authority-data: Q0E=", "certificate-authority: ca.crt", StringComparison.Ordinal)
                .Replace("token: secret", "client-certificate: a.crt\n    client-key: a.key\n    tokenFile: token", StringComparison.Ordinal),
            Good.Replace("token: secret", "client-certificate-data: Q0E=\n    client-key-data: Q0E=", StringComparison.Ordinal),
            TokenKubeconfig.Format(new Uri("https://[2001:db8::1]:6443"), "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n", "a.b.c"),
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "\t", "\n", "  ", ":", ": ", "- ", "[", "]", "{", "}", "\"", "'", "*", "&a ", "*a", "!!int ", "|", ">", "#", "---\n", "? ", "\\", "\0", "\u2028", "\u001b", "null", "~", ",",
        "exec: {}", "proxy-url: x", "insecure-skip-tls-verify: true", "https://", "https://é:1", "https://[::1", "https://a:99999", "https://a/b", "https://a?b", "http://a", "Q0E", "====", "here", "prod",
    ];

    public int Cost => 3;

    public void Try(byte[] input)
    {
        KubeconfigText config;
        try
        {
            config = KubeconfigText.Parse(Encoding.UTF8.GetString(input));
        }
        catch (FormatException refusal)
        {
            FuzzFailedException.Unless(
                refusal.Message.Length is > 5 and < 600 && !refusal.Message.Any(char.IsControl), $"refused with \"{refusal.Message}\"", input);
            return;
        }

        FuzzFailedException.Unless(config.Server.Scheme == Uri.UriSchemeHttps && config.Server.Host.Length > 0, $"the server {config.Server} is none", input);
        FuzzFailedException.Unless(config.Token is not null || config.TokenFile is not null || config is { Certificate: not null, Key: not null }, "without credentials", input);
        if (config is { Token: { } token, Authority.Content: { } authority } && token.All(char.IsAsciiLetterOrDigit))
        {
            var again = KubeconfigText.Parse(TokenKubeconfig.Format(config.Server, authority, token));
            FuzzFailedException.Unless(
                again.Server == config.Server && again.Authority == config.Authority && again.Token == token, $"read again it is {again}", input);
        }
    }
}
