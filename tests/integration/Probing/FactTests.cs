using System.Globalization;
using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

public sealed class FactTests : IAsyncLifetime
{
    private const string Version = """{"major":"1","minor":"31","gitVersion":"v1.31.2"}""";

    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver _server;
    private readonly HealthOptions _options;

    public FactTests()
    {
        _server = new FakeApiserver(_ca.Issue("127.0.0.1", "lb.example.com"));
        _options = new HealthOptions { Type = HealthCheckType.KubeApiserver, CaFile = _ca.File, Timeout = TimeSpan.FromSeconds(10) };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task Apiserver_TellsItsVersionClockAndCertificate()
    {
        var date = TimeProvider.System.GetUtcNow().AddSeconds(60).ToString("r", CultureInfo.InvariantCulture);
        _server.Paths["/version"] = Answers.Status(200, Version, $"Date: {date}\r\n");
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options, endpoint: "lb.example.com");

        await backend.CheckAsync();
        var facts = await backend.LearnAsync();

        Assert.Equal("v1.31.2", facts!.Version);
        Assert.InRange(facts.ClockOffset!.Value.TotalSeconds, 50, 62);
        Assert.Equal((true, true, true), (facts.Certificate!.IsTrusted, facts.Certificate.CoversAddress, facts.Certificate.CoversEndpoint));
        Assert.Equal("CN=kubernetes", facts.Certificate.Issuer);
        Assert.InRange(facts.Certificate.NotAfter, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(41));
    }

    [Fact]
    public async Task Version_IsAskedOncePerConnection()
    {
        _server.Paths["/version"] = Answers.Status(200, Version);
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options with { FreshConnectionEvery = 2 });
        for (var check = 0; check < 4; check++)
        {
            await backend.CheckAsync();
            await backend.LearnAsync();
        }

        Assert.Equal((2, 6), (_server.Accepts, _server.Requests));
    }

    [Fact]
    public async Task SilentVersion_CostsAConnectionAndNoHealth()
    {
        _server.Paths["/version"] = Answers.Silence;
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options);
        for (var check = 0; check < 3; check++)
        {
            Assert.Equal(HealthEvidence.Ready, (await backend.CheckAsync()).Report.Evidence);
            await backend.LearnAsync();
        }

        Assert.Equal(2, _server.Accepts);
    }

    [Fact]
    public async Task UncoveredEndpointAndExpiredCertificate_AreKnownThoughTheHandshakeFails()
    {
        await using FakeApiserver server = new(_ca.IssueExpired("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, _options, endpoint: "lb.example.com");

        Assert.Equal(HealthCause.ExpiredCertificate, (await backend.CheckAsync()).Report.Cause);
        var certificate = (await backend.LearnAsync())!.Certificate!;

        Assert.Equal((true, true, false), (certificate.IsTrusted, certificate.CoversAddress, certificate.CoversEndpoint));
        Assert.True(certificate.NotAfter < TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task TlsCheck_KnowsTheCertificateOnly()
    {
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options with { Type = HealthCheckType.Tls });

        await backend.CheckAsync();
        var facts = await backend.LearnAsync();

        Assert.Equal((true, null, null), (facts!.Certificate!.IsTrusted, facts.Version, facts.ClockOffset));
    }
}
