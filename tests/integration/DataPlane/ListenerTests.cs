using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Where the daemon listens, and whom it finds by name.</summary>
public sealed class ListenerTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-listener-");

    private string SocketPath => Path.Combine(_folder.FullName, "api.sock");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AddressInUse_IsSaidWithTheAddress()
    {
        using TcpListener squatter = new(IPAddress.Loopback, 0);
        squatter.Start();
        var options = Setup.Tcp(_cp1.Options) with { Listeners = [Setup.ListenerOn(squatter.LocalEndpoint)] };

        var error = await Assert.ThrowsAnyAsync<IOException>(() => RunningDaemon.StartAsync(options));

        Assert.Equal($"listeners.{Setup.Listener}.bind: {squatter.LocalEndpoint}: the address is in use by another process.", error.Message);
    }

    [Fact]
    public async Task AddressOfAnotherHost_IsTakenForWhenItComes()
    {
        // TEST-NET-1, which no host has: a virtual address may be on the other balancer just now.
        var options = Setup.Tcp(_cp1.Options) with { Listeners = [Setup.ListenerOn(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))] };
        await using var daemon = await RunningDaemon.StartAsync(options);

        Assert.Equal(IPAddress.Parse("192.0.2.1"), ((IPEndPoint)daemon.EndPoint).Address);
    }

    [Fact]
    public async Task SecondListenerThatCannotBind_LeavesNothingOfTheFirst()
    {
        using TcpListener squatter = new(IPAddress.Loopback, 0);
        squatter.Start();
        var path = new UnixDomainSocketEndPoint(SocketPath);
        var options = Setup.Tcp(_cp1.Options) with
        {
            Listeners = [Setup.ListenerOn(path), Setup.ListenerOn(squatter.LocalEndpoint, name: "second")],
        };

        await Assert.ThrowsAnyAsync<IOException>(() => RunningDaemon.StartAsync(options));

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task TwoListenersOfOnePool_CountForThemselvesAndForThePool()
    {
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        var options = Setup.Tcp(_cp1.Options) with
        {
            Listeners = [Setup.ListenerOn(anywhere), Setup.ListenerOn(anywhere, name: "second")],
        };
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await Client.ConnectAsync(daemon.Daemon.Listeners[1].Bound[0]);

        Assert.Equal("cp1", await client.WhoAsync());
        Assert.Equal(["cp1", "cp1"], await daemon.ServersOfAsync(2));
        Assert.Equal([2, 1], daemon.Daemon.Listeners.Select(l => l.Counters.Accepted));
        Assert.Equal(3, daemon.Backend("cp1").Counters.Connections);
    }

    [Fact]
    public async Task SeveralAddresses_AllServe()
    {
        var options = Setup.Tcp(_cp1.Options) with
        {
            Listeners = [Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, 0)) with
            {
                Bind = [new IPEndPoint(IPAddress.Loopback, 0), new UnixDomainSocketEndPoint(SocketPath)],
            }],
        };
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await Client.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));

        Assert.Equal("cp1", await client.WhoAsync());
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    [Theory]
    [InlineData(BalancePolicy.SourceHash)]
    [InlineData(BalancePolicy.LeastConnections)]
    internal async Task UnixSocket_ServesAndIsGoneAfterwards(BalancePolicy policy)
    {
        var options = Setup.Tcp(_cp1.Options).With(policy) with { Listeners = [Setup.ListenerOn(new UnixDomainSocketEndPoint(SocketPath))] };
        await using (var daemon = await RunningDaemon.StartAsync(options))
        {
            Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        }

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task UnixSocketLeftByAKilledProcess_IsReplaced()
    {
        using (Socket killed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, SocketPath + ".kept");
        }

        File.Move(SocketPath + ".kept", SocketPath);
        var options = Setup.Tcp(_cp1.Options) with { Listeners = [Setup.ListenerOn(new UnixDomainSocketEndPoint(SocketPath))] };
        await using var daemon = await RunningDaemon.StartAsync(options);

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task FileThatIsNoSocket_IsNotTouched()
    {
        await File.WriteAllTextAsync(SocketPath, "precious");
        var options = Setup.Tcp(_cp1.Options) with { Listeners = [Setup.ListenerOn(new UnixDomainSocketEndPoint(SocketPath))] };

        await Assert.ThrowsAnyAsync<IOException>(() => RunningDaemon.StartAsync(options));

        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath));
    }

    [Fact]
    public async Task UnixSocketOfALivingProcess_IsInUse()
    {
        using Socket living = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        living.Bind(new UnixDomainSocketEndPoint(SocketPath));
        living.Listen();
        var options = Setup.Tcp(_cp1.Options) with { Listeners = [Setup.ListenerOn(new UnixDomainSocketEndPoint(SocketPath))] };

        var error = await Assert.ThrowsAnyAsync<IOException>(() => RunningDaemon.StartAsync(options));

        Assert.Contains(SocketPath, error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public async Task BackendByName_IsResolved()
    {
        var byName = _cp1.Options with { Address = new BackendAddress("localhost", _cp1.Port) };
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(byName));
        await Eventually.HoldsAsync(() => daemon.Backend("cp1").EndPoint is not null, () => "not resolved");

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task NameWithoutAddress_IsAStateAndNotAnError()
    {
        var nowhere = new BackendOptions { Name = "nowhere", Address = new BackendAddress("nowhere.invalid", 6443) };
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(nowhere, _cp1.Options));

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Null(daemon.Backend("nowhere").EndPoint);
        Assert.Equal(Health.HealthCause.UnresolvedName, daemon.Backend("nowhere").LastProbe?.Report.Cause);
    }

    [Fact]
    public async Task OnlyANameWithoutAddress_ResetsTheClient()
    {
        var nowhere = new BackendOptions { Name = "nowhere", Address = new BackendAddress("nowhere.invalid", 6443) };
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(nowhere));

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.NoBackend, 1);
    }
}
