using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.TransparentSource;

/// <summary><c>connect.source</c> between real hosts: which address the backend sees.</summary>
public sealed class TransparentSourceTests : IAsyncLifetime
{
    private const string SaysWhom =
        """
        frontend backend
          mode http
          bind 0.0.0.0:6443
          bind :::6443 v6only
          http-request return status 200 content-type text/plain lf-string "%[src]"
        """;

    private RoutedNetwork _network = null!;
    private HaProxy _backend = null!;

    public async ValueTask InitializeAsync()
    {
        _network = await RoutedNetwork.LayAsync();
        _backend = HaProxy.StartBy(RoutedNetwork.On(RoutedNetwork.Backend), SaysWhom);
    }

    public async ValueTask DisposeAsync()
    {
        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("10.88.2.2", "10.88.1.1", "10.88.1.2")]
    [InlineData("[fd88:2::2]", "[fd88:1::1]", "fd88:1::2")]
    public async Task SourceClient_TheBackendSeesTheClient(string backend, string balancer, string client)
    {
        using var configuration = Configuration(backend, "client");
        await using var apilb = Start(configuration);
        await apilb.SaysAsync("1 of 1 ready");

        Assert.Equal(client, await RoutedNetwork.GetAsync(RoutedNetwork.Client, $"{balancer}:6443"));
    }

    [Theory]
    [InlineData(RoutedNetwork.Backend, "10.88.2.1:6443")]
    [InlineData(RoutedNetwork.Balancer, "127.0.0.1:6443")]
    [InlineData(RoutedNetwork.Balancer, "10.88.1.1:6443")]
    [InlineData(RoutedNetwork.Client, "[fd88:1::1]:6443")]
    public async Task SourceClientThatCannotBe_TheBackendSeesTheBalancer(string host, string balancer)
    {
        // Hairpin; clients on the balancer itself; an IPv6 client of an IPv4 backend.
        using var configuration = Configuration("10.88.2.2", "client");
        await using var apilb = Start(configuration);
        await apilb.SaysAsync("1 of 1 ready");

        Assert.Equal("10.88.2.1", await RoutedNetwork.GetAsync(host, balancer));
    }

    [Fact]
    public async Task SourceHost_TheBackendSeesTheBalancer()
    {
        using var configuration = Configuration("10.88.2.2", "host");
        await using var apilb = Start(configuration);
        await apilb.SaysAsync("1 of 1 ready");

        Assert.Equal("10.88.2.1", await RoutedNetwork.GetAsync(RoutedNetwork.Client, "10.88.1.1:6443"));
    }

    [Fact]
    public async Task WithoutPermission_DoesNotStartAndSaysWhatToDo()
    {
        using var configuration = Configuration("10.88.2.2", "client");
        string[] launcher = [.. RoutedNetwork.On(RoutedNetwork.Balancer), "setpriv", "--bounding-set", "-net_admin,-net_raw"];
        await using var apilb = ApilbProcess.StartBy(launcher, ["run", "--config", configuration.File]);

        Assert.Equal(1, await apilb.ExitAsync());
        await apilb.SaysAsync("pools.control-plane.connect.source: not permitted");
        await apilb.SaysAsync("AmbientCapabilities=CAP_NET_ADMIN");
    }

    private static ApilbProcess Start(ConfigurationOnDisk configuration) =>
        ApilbProcess.StartBy(RoutedNetwork.On(RoutedNetwork.Balancer), ["run", "--config", configuration.File]);

    private static ConfigurationOnDisk Configuration(string backend, string source) => ConfigurationOnDisk.Of(
        $$"""
        listeners:
          api: { bind: "*:6443", protocol: tcp, pool: control-plane }
        pools:
          control-plane:
            backends: ["cp1={{backend}}:6443"]
            health: { type: tcp, interval: 100ms, fastInterval: 100ms }
            connect: { source: {{source}} }
        admin: { socket: none, listen: none }
        shutdown: { grace: 0s }
        """);
}
