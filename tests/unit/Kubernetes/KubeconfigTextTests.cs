using ApiLb.Kubernetes;
using Xunit;

namespace ApiLb.UnitTests.Kubernetes;

public sealed class KubeconfigTextTests
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

    [Fact]
    public void CurrentContext_IsRead()
    {
        var config = KubeconfigText.Parse(Good);

        Assert.Equal(new Uri("https://10.0.0.100:6443"), config.Server);
        Assert.Equal("CA", config.Authority.Content);
        Assert.Equal("secret", config.Token);
        Assert.Null(config.TlsServerName);
    }

    [Fact]
    public void FilesAndServerName_AreRead()
    {
        var config = KubeconfigText.Parse(Good
            .Replace("certificate-authority-data: Q0E=", "certificate-authority: ca.crt\n    tls-server-name: kubernetes", StringComparison.Ordinal)
            .Replace("token: secret", "client-certificate: a.crt\n    client-key: a.key\n    tokenFile: token", StringComparison.Ordinal));

        Assert.Equal(("ca.crt", "a.crt", "a.key", "token", "kubernetes"), (config.Authority.File, config.Certificate?.File, config.Key?.File, config.TokenFile, config.TlsServerName));
    }

    [Fact]
    public void WhatTheCommandWrites_IsRead()
    {
        var config = KubeconfigText.Parse(TokenKubeconfig.Format(new Uri("https://[2001:db8::1]:6443"), "CA\n", "a.b.c"));

        Assert.Equal((new Uri("https://[2001:db8::1]:6443"), "CA\n", "a.b.c"), (config.Server, config.Authority.Content, config.Token));
    }

    [Theory]
    [InlineData("current-context: here", "", "no current-context")]
    [InlineData("current-context: here", "current-context: there", "no context \"there\"")]
    [InlineData("cluster: prod,", "cluster: dev,", "no cluster \"dev\"")]
    [InlineData("user: apilb }", "user: root }", "no user \"root\"")]
    [InlineData("https://10.0.0.100:6443", "http://10.0.0.100:6443", "not of the form https://HOST:PORT")]
    [InlineData("https://10.0.0.100:6443", "https://rancher/k8s/clusters/c-1", "not of the form https://HOST:PORT")]
    [InlineData("server: https://10.0.0.100:6443", "", "no server")]
    [InlineData("certificate-authority-data: Q0E=", "insecure-skip-tls-verify: true", "lets anybody answer")]
    [InlineData("certificate-authority-data: Q0E=", "", "no certificate-authority-data")]
    [InlineData("certificate-authority-data: Q0E=", "certificate-authority-data: '?'", "not base64")]
    [InlineData("certificate-authority-data: Q0E=", "proxy-url: http://proxy", "proxy-url")]
    [InlineData("token: secret", "exec: { command: aws }", "runs a program (exec)")]
    [InlineData("token: secret", "auth-provider: { name: gcp }", "auth-provider")]
    [InlineData("token: secret", "username: admin", "user name and password")]
    [InlineData("token: secret", "as: admin", "impersonates")]
    [InlineData("token: secret", "client-key-data: QQ==", "only one of client-certificate and client-key")]
    [InlineData("token: secret", "", "without credentials")]
    [InlineData("token: secret", "token: *secret", "aliases")]
    [InlineData("kind: Config", "kind: [", "cannot be read as YAML")]
    public void WhatCannotBeUsed_IsRefusedWithItsReason(string line, string replacement, string reason)
    {
        var error = Assert.Throws<FormatException>(() => KubeconfigText.Parse(Good.Replace(line, replacement, StringComparison.Ordinal)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Bomb_IsRefused(string piece) =>
        Assert.Throws<FormatException>(() => KubeconfigText.Parse(string.Concat(Enumerable.Repeat(piece, 100_000))));
}
