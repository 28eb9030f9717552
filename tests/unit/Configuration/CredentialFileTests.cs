#pragma warning disable CA1416 // File modes: ApiLb runs on Linux only.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class CredentialFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string WithCertificate = "clientCertificateFile: client.crt, clientKeyFile: client.key";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-credentials-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task PairThatFits_IsFine()
    {
        Write(Issue(days: 1));

        Assert.Empty(await FindingsAsync(WithCertificate));
    }

    [Fact]
    public async Task KeyOfAnother_IsAnErrorThatShowsNoKey()
    {
        var (certificate, _) = Issue(days: 1);
        var (_, key) = Issue(days: 1);
        Write((certificate, key));

        Assert.Equal(["clientKeyFile: is not the key of the certificate in clientCertificateFile"], await FindingsAsync(WithCertificate));
    }

    [Fact]
    public async Task NoPemAtAll_IsAnError()
    {
        Write(("secret words", "more secrets"));

        var finding = Assert.Single(await FindingsAsync(WithCertificate));
        Assert.StartsWith("clientCertificateFile: holds no PEM certificate", finding, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredCertificate_IsAWarning()
    {
        Write(Issue(days: -1));

        Assert.Contains("not now: others will refuse it", Assert.Single(await FindingsAsync(WithCertificate)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyThatEveryoneCanRead_IsAWarningAlsoBehindALink(bool isPublic)
    {
        Write(Issue(days: 1));
        File.Move(PathOf("client.key"), PathOf("real.key"));
        File.SetUnixFileMode(PathOf("real.key"), isPublic ? Private | UnixFileMode.OtherRead : Private);
        File.CreateSymbolicLink(PathOf("client.key"), "real.key");

        var findings = await FindingsAsync(WithCertificate);

        Assert.Equal(isPublic, findings.Any(f => f.StartsWith("clientKeyFile: everyone on this host can read", StringComparison.Ordinal)));
        Assert.Equal(isPublic ? 1 : 0, findings.Count);
    }

    [Theory]
    [InlineData("clientCertificateFile: client.crt", "clientKeyFile: is missing; clientCertificateFile is of no use without it")]
    [InlineData("clientKeyFile: client.key", "clientCertificateFile: is missing; clientKeyFile is of no use without it")]
    [InlineData(WithCertificate + ", tokenFile: token", "tokenFile: an apiserver looks at one of tokenFile and clientCertificateFile; remove one")]
    public async Task HalfOrBoth_IsAnError(string settings, string expected)
    {
        Write(Issue(days: 1));
        WriteSecret("token", "abc");

        Assert.Equal([expected], await FindingsAsync(settings));
    }

    [Theory]
    [InlineData("abc.def-ghi\n", null)]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData("two words", "holds something else than one token")]
    [InlineData("evil\r\nX-Header: 1", "holds something else than one token")]
    public async Task Token_IsOneWord(string content, string? problem)
    {
        WriteSecret("token", content);

        var findings = await FindingsAsync("tokenFile: token");

        Assert.Equal(problem is null ? [] : [$"tokenFile: {PathOf("token")} {problem}"], findings);
    }

    [Fact]
    public async Task MissingFile_IsAnError() =>
        Assert.Contains("cannot read", Assert.Single(await FindingsAsync("tokenFile: nowhere")), StringComparison.Ordinal);

    [Fact]
    public async Task TokenOverPlainHttp_IsAnError()
    {
        WriteSecret("token", "abc");

        Assert.Contains(
            await FindingsAsync("tokenFile: token", "http"),
            f => f.StartsWith("tokenFile: type http would send the token readable by everyone", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> FindingsAsync(string settings, string type = "https")
    {
        var file = PathOf("apilb.yaml");
        await File.WriteAllTextAsync(file, $$"""
            listeners: { api: { bind: "127.0.0.1:6443", protocol: tcp, pool: cp } }
            pools: { cp: { backends: ["10.0.0.11:6443"], health: { type: {{type}}, {{settings}} } } }
            """);
        var result = await ConfigurationFile.LoadAsync(file, TestContext.Current.CancellationToken);
        return [.. result.Errors.Concat(result.Warnings).Select(f => $"{f.KeyPath.Split('.')[^1]}: {f.Message}")];
    }

    private static (string Certificate, string Key) Issue(int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=apilb", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(days));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private void Write((string Certificate, string Key) pair)
    {
        File.WriteAllText(PathOf("client.crt"), pair.Certificate);
        WriteSecret("client.key", pair.Key);
    }

    private void WriteSecret(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        File.SetUnixFileMode(PathOf(name), Private);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
