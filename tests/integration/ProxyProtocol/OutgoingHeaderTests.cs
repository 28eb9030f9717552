using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.ProxyProtocol;

/// <summary>Backends that require a PROXY header, of clients and of checks.</summary>
public sealed class OutgoingHeaderTests : IDisposable
{
    private readonly ClusterCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData("v1", true)]
    [InlineData("v1", false)]
    [InlineData("v2", true)]
    [InlineData("v2", false)]
    public async Task TcpBackend_LearnsItsClientWhoeverSpeaksFirst(string version, bool speaksFirst)
    {
        await using HeaderBackend backend = new("cp1", speaksFirst);
        await using var daemon = await RunningDaemon.StartAsync(Sending(version, Setup.Tcp(backend.Options)));
        using var client = await daemon.ConnectAsync();
        var told = $"{version} {client.LocalEndPoint} {daemon.EndPoint}";

        Assert.Equal(told, speaksFirst ? await client.ReadLineAsync() : told);
        Assert.Equal($"who {told}", await client.AskAsync("who"));
        Assert.Equal(1, backend.Headers);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task TlsBackend_LearnsItsClientBeforeTheHello(string version)
    {
        await using HeaderBackend backend = new("cp1", speaksFirst: true, _ca);
        await using var daemon = await RunningDaemon.StartAsync(Sending(version, Setup.Tls(backend.Options)));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        Assert.StartsWith($"{version} 127.0.0.1:", client.Greeting, StringComparison.Ordinal);
        Assert.EndsWith($" {daemon.EndPoint}", client.Greeting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FrozenBackend_TheOtherGetsHeaderAndHelloToo()
    {
        await using var frozen = ScriptedBackend.Frozen("frozen");
        await using HeaderBackend good = new("good", speaksFirst: true, _ca);
        await using var daemon = await RunningDaemon.StartAsync(Sending("v2", Setup.Tls(frozen.Options, good.Options)));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        Assert.StartsWith("v2 127.0.0.1:", client.Greeting, StringComparison.Ordinal);
        Assert.Equal(1, daemon.Backend("frozen").Counters.Failovers);
    }

    [Fact]
    public async Task Bytes_AreTheClientsOnly()
    {
        await using HeaderBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Sending("v1", Setup.Tcp(backend.Options)));
        using var client = await daemon.ConnectAsync();
        var answer = await client.AskAsync("who");

        var relayed = daemon.Backend("cp1").Counters.Relayed;
        await Eventually.HoldsAsync(() => relayed.BytesToBackend + relayed.BytesToClient > 0, () => "nothing was counted");
        Assert.Equal(("who\n".Length, answer.Length + 1), (relayed.BytesToBackend, relayed.BytesToClient));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task ClientOfAUnixSocket_IsNobody(string version)
    {
        await using HeaderBackend backend = new("cp1", speaksFirst: true);
        var path = Path.Combine(Path.GetTempPath(), $"apilb-{Guid.NewGuid():N}.sock");
        var options = Sending(version, Setup.Tcp(backend.Options)) with { Listeners = [Setup.ListenerOn(new UnixDomainSocketEndPoint(path))] };
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();

        Assert.Equal($"{version} nobody nobody", await client.ReadLineAsync());
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Checks_SpeakForNobodyAndPass(string version)
    {
        await using HeaderBackend backend = new("cp1", ca: _ca);
        var options = Sending(version, Setup.Tls(backend.Options)).With(p => p with
        {
            Health = p.Health with { Type = HealthCheckType.Tls, CaFile = _ca.File },
        });
        await using var daemon = await RunningDaemon.StartAsync(options);

        await daemon.StatusBecomesAsync("cp1", HealthStatus.Ready);
        Assert.Equal((1, 0), (backend.Locals, backend.Headers));
    }

    private static ApiLbOptions Sending(string version, ApiLbOptions options) =>
        options.With(p => p with { ProxyProtocol = Enum.Parse<ProxyProtocolVersion>(version, ignoreCase: true) });
}
