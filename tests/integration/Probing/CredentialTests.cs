using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>How checks identify themselves, and what happens when the files change under them.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver _server;
    private readonly WarningLog _log = new();
    private readonly HealthOptions _options;

    public CredentialTests()
    {
        _server = new FakeApiserver(_ca.Issue("127.0.0.1")) { WantsClientCertificate = true };
        _options = new HealthOptions
        {
            Type = HealthCheckType.KubeApiserver,
            CaFile = _ca.File,
            Timeout = TimeSpan.FromSeconds(10),
            FreshConnectionEvery = 1,
        };
    }

    private HealthOptions WithCertificate =>
        _options with { ClientCertificateFile = _ca.PathOf("client.crt"), ClientKeyFile = _ca.PathOf("client.key") };

    private HealthOptions WithToken => _options with { TokenFile = _ca.PathOf("token"), FreshConnectionEvery = 10 };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task ClientCertificate_IsShown()
    {
        Write("client", _ca.IssueClient("apilb"));
        await using var backend = Connect(WithCertificate);

        await PassAsync(backend);

        Assert.Equal("CN=apilb", _server.LastClient);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCertificateRenewed_IsShownFromTheNextConnection(bool byRename)
    {
        Write("client", _ca.IssueClient("old"));
        await using var backend = Connect(WithCertificate);
        await PassAsync(backend);

        Write(byRename ? "next" : "client", _ca.IssueClient("renewed"));
        if (byRename)
        {
            File.Move(_ca.PathOf("next.crt"), _ca.PathOf("client.crt"), overwrite: true);
            File.Move(_ca.PathOf("next.key"), _ca.PathOf("client.key"), overwrite: true);
        }

        await PassAsync(backend);

        Assert.Equal("CN=renewed", _server.LastClient);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public async Task CertificateReplacedBeforeItsKey_KeepsThePairWarnsOnceAndNamesNoSecret()
    {
        Write("client", _ca.IssueClient("old"));
        await using var backend = Connect(WithCertificate);
        await PassAsync(backend);
        var (certificate, key) = _ca.IssueClient("renewed");

        await File.WriteAllTextAsync(_ca.PathOf("client.crt"), certificate);
        await PassAsync(backend);
        await PassAsync(backend);
        Assert.Equal("CN=old", _server.LastClient);
        var warning = Assert.Single(_log.Warnings);
        Assert.Contains("the key does not belong to the certificate; what was read before stays in force", warning, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_ca.PathOf("client.key"), key);
        await PassAsync(backend);
        Assert.Equal("CN=renewed", _server.LastClient);
    }

    [Fact]
    public async Task ClientCertificateNeverReadable_IsAFaultOfOurOwn()
    {
        await using var backend = Connect(WithCertificate);

        Assert.Equal(HealthCause.LocalFault, (await backend.CheckAsync()).Report.Cause);
    }

    [Fact]
    public async Task Token_IsSentAndRenewedOnTheKeptConnection()
    {
        await File.WriteAllTextAsync(_ca.PathOf("token"), "first\n");
        await using var backend = Connect(WithToken);
        await PassAsync(backend);
        Assert.Contains("\r\nAuthorization: Bearer first\r\n", _server.LastRequest, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_ca.PathOf("token"), "the-second");
        await PassAsync(backend);

        Assert.Contains("\r\nAuthorization: Bearer the-second\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.Equal(1, _server.Accepts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("first\r\nX-Evil: 1")]
    public async Task BrokenToken_KeepsThePreviousOneAndIsNotLogged(string broken)
    {
        await File.WriteAllTextAsync(_ca.PathOf("token"), "first");
        await using var backend = Connect(WithToken);
        await PassAsync(backend);

        await File.WriteAllTextAsync(_ca.PathOf("token"), broken);
        await PassAsync(backend);
        await PassAsync(backend);

        Assert.Contains("\r\nAuthorization: Bearer first\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("Evil", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaFileWithOldAndNewCa_TrustsBothDuringRotation()
    {
        using ClusterCa next = new();
        await using FakeApiserver renewed = new(next.Issue("127.0.0.1"));
        await File.WriteAllTextAsync(_ca.File, $"{_ca.Pem}\n{next.Pem}");
        await using var before = Connect(_options);
        await using ProbedBackend after = new("127.0.0.1", renewed.Port, _options, _log);

        await PassAsync(before);
        await PassAsync(after);
    }

    [Fact]
    public async Task CaBehindALinkToAFolder_IsReadAgainWhenTheLinkMoves()
    {
        // As a Kubernetes secret is mounted: ca.crt -> ..data/ca.crt, ..data -> a folder that changes.
        using ClusterCa next = new();
        Directory.CreateDirectory(_ca.PathOf("1"));
        Directory.CreateDirectory(_ca.PathOf("2"));
        next.WriteTo(_ca.PathOf("1/ca.crt"));
        _ca.WriteTo(_ca.PathOf("2/ca.crt"));
        Directory.CreateSymbolicLink(_ca.PathOf("..data"), "1");
        File.CreateSymbolicLink(_ca.PathOf("linked.crt"), "..data/ca.crt");
        await using var backend = Connect(_options with { CaFile = _ca.PathOf("linked.crt") });
        Assert.Equal(HealthCause.UntrustedCertificate, (await backend.CheckAsync()).Report.Cause);

        Directory.Delete(_ca.PathOf("..data"));
        Directory.CreateSymbolicLink(_ca.PathOf("..data"), "2");

        await PassAsync(backend);
    }

    private ProbedBackend Connect(HealthOptions options) => new("127.0.0.1", _server.Port, options, _log);

    private void Write(string name, (string Certificate, string Key) pair)
    {
        File.WriteAllText(_ca.PathOf(name + ".crt"), pair.Certificate);
        File.WriteAllText(_ca.PathOf(name + ".key"), pair.Key);
    }

    private static async Task PassAsync(ProbedBackend backend)
    {
        var verdict = await backend.CheckAsync();
        Assert.True(verdict.Report.Evidence == HealthEvidence.Ready, $"{verdict}");
    }
}
