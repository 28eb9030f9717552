using System.Security.Authentication;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

public sealed class KeptConnectionTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver _server;
    private readonly HealthOptions _options;

    public KeptConnectionTests()
    {
        _server = new FakeApiserver(_ca.Issue("127.0.0.1"));
        _options = new HealthOptions { Type = HealthCheckType.KubeApiserver, CaFile = _ca.File, Timeout = TimeSpan.FromSeconds(10) };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Checks_ShareAConnection(SslProtocols version)
    {
        _server.TlsVersion = version;
        await using var backend = Connect(_options);

        await PassAsync(backend, times: 10);

        Assert.Equal((1, 10), (_server.Accepts, _server.Requests));
    }

    [Fact]
    public async Task EveryNthCheck_OpensAFreshConnection()
    {
        await using var backend = Connect(_options with { FreshConnectionEvery = 3 });

        await PassAsync(backend, times: 7);

        Assert.Equal((3, 7), (_server.Accepts, _server.Requests));
    }

    [Fact]
    public async Task FreshEveryTime_OpensOneConnectionForEachCheck()
    {
        await using var backend = Connect(_options with { FreshConnectionEvery = 1 });

        await PassAsync(backend, times: 3);

        Assert.Equal((3, 3), (_server.Accepts, _server.Requests));
    }

    [Fact]
    public async Task ClosedWhileIdle_IsNotAFailure()
    {
        _server.Answer = Answers.OkAndClose;
        await using var backend = Connect(_options);

        await PassAsync(backend, times: 5);

        Assert.Equal(5, _server.Accepts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClosedAsTheRequestArrives_IsRetriedOnAFreshConnection(bool withReset)
    {
        _server.Answer = Answers.OkOnce;
        _server.HangsUpWithReset = withReset;
        await using var backend = Connect(_options);

        await PassAsync(backend, times: 2);

        Assert.Equal(2, _server.Accepts);
    }

    [Theory]
    [InlineData(false, nameof(HealthCause.Closed))]
    [InlineData(true, nameof(HealthCause.Reset))]
    public async Task ClosedOnAFreshConnection_IsAFailure(bool withReset, string cause)
    {
        _server.Answer = Answers.HangUp;
        _server.HangsUpWithReset = withReset;
        await using var backend = Connect(_options);

        var verdict = await backend.CheckAsync();

        Assert.Equal((HealthEvidence.Unreachable, cause), (verdict.Report.Evidence, verdict.Report.Cause.ToString()));
        Assert.Equal(1, _server.Accepts);
    }

    [Fact]
    public async Task ConnectionClose_IsObeyed()
    {
        _server.Answer = Answers.Status(200, "ok", "Connection: close\r\n");
        await using var backend = Connect(_options);

        await PassAsync(backend, times: 3);

        Assert.Equal(3, _server.Accepts);
    }

    [Fact]
    public async Task SilentKeptConnection_IsNotUsedAgain()
    {
        await using var backend = Connect(_options with { Timeout = TimeSpan.FromMilliseconds(400) });
        await PassAsync(backend, times: 1);
        _server.Answer = Answers.Silence;
        Assert.Equal(HealthEvidence.ProcessSilent, (await backend.CheckAsync()).Report.Evidence);

        _server.Answer = Answers.Ok;
        await PassAsync(backend, times: 1);

        // One more was for /livez, the second opinion on a silence.
        Assert.Equal(3, _server.Accepts);
    }

    [Theory]
    [InlineData(HealthCheckType.KubeApiserver)]
    [InlineData(HealthCheckType.Tls)]
    internal async Task End_SaysGoodbyeInTls(HealthCheckType type)
    {
        await using (var backend = Connect(_options with { Type = type }))
        {
            await PassAsync(backend, times: 1);
        }

        await Eventually.HoldsAsync(() => _server.LastConversation is not null, () => "the server never saw the end of the connection");
        Assert.Equal(21, LastRecordType(_server.LastConversation!));
    }

    [Fact]
    public async Task CaReplacedOnDisk_IsUsedFromTheNextFreshConnection()
    {
        using ClusterCa next = new();
        await using FakeApiserver renewed = new(next.Issue("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", renewed.Port, _options);
        Assert.Equal(HealthCause.UntrustedCertificate, (await backend.CheckAsync()).Report.Cause);

        next.WriteTo(_ca.File);

        await PassAsync(backend, times: 1);
    }

    [Fact]
    public async Task CaFileGone_KeepsThePreviousCaAndWarnsOnce()
    {
        WarningLog log = new();
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options with { FreshConnectionEvery = 1 }, log);
        await PassAsync(backend, times: 1);

        File.Delete(_ca.File);
        await PassAsync(backend, times: 3);

        Assert.Equal(["CA file"], log.Warnings.Select(w => w[..7]));
    }

    [Fact]
    public async Task CaFileNeverReadable_IsAFaultOfOurOwn()
    {
        await using var backend = Connect(_options with { CaFile = "/nonexistent/ca.crt" });

        Assert.Equal(HealthCause.LocalFault, (await backend.CheckAsync()).Report.Cause);
    }

    private ProbedBackend Connect(HealthOptions options) => new("127.0.0.1", _server.Port, options);

    private static async Task PassAsync(ProbedBackend backend, int times)
    {
        for (var check = 0; check < times; check++)
        {
            ProbeVerdict verdict = await backend.CheckAsync();
            Assert.True(verdict.Report.Evidence == HealthEvidence.Ready, $"check {check + 1}: {verdict}");
        }
    }

    // TLS records: type, version (2), length (2), payload.
    private static int LastRecordType(byte[] conversation)
    {
        var type = -1;
        for (var at = 0; at < conversation.Length; at += 5 + ((conversation[at + 3] << 8) | conversation[at + 4]))
        {
            type = conversation[at];
        }

        return type;
    }
}
