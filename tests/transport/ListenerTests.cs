using System.Net;
using System.Net.Sockets;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Where clients come in: binding, spreading, unbinding and stopping.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task AddressIsTaken_MessageSaysSo()
    {
        using var transport = TransportServer.NewTransport();
        await using var first = await TransportServer.StartAsync(_ => Task.CompletedTask, transport: transport);

        var error = await Assert.ThrowsAsync<AddressInUseException>(
            async () => await transport.BindAsync(new TcpListenEndPoint(first.Address)));

        Assert.Equal($"{first.Address}: the address is in use by another process.", error.Message);
    }

    [Fact]
    public async Task AddressIsTaken_KestrelNamesItToo()
    {
        await using var first = await TransportServer.StartAsync(_ => Task.CompletedTask);

        var error = await Assert.ThrowsAsync<IOException>(
            () => TransportServer.StartAsync(_ => Task.CompletedTask, new TcpListenEndPoint(first.Address)));

        Assert.Contains(first.Address.ToString()!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindFails_LeavesNoDescriptor()
    {
        using var transport = TransportServer.NewTransport();
        await using var first = await TransportServer.StartAsync(_ => Task.CompletedTask, transport: transport);
        var before = Descriptors.Count();

        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<AddressInUseException>(async () => await transport.BindAsync(new TcpListenEndPoint(first.Address)));
        }

        Assert.Equal(before, Descriptors.Count());
    }

    [Fact]
    public async Task AnyAddressOfIpv6_TakesIpv4ClientsAsSuch()
    {
        var address = new TaskCompletionSource<ClientAddress>();
        await using var server = await TransportServer.StartAsync(
            client =>
            {
                address.SetResult(client.Address);
                return Task.CompletedTask;
            },
            new TcpListenEndPoint(new IPEndPoint(IPAddress.IPv6Any, 0)));

        using var peer = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)server.Address).Port));

        var seen = await address.Task.InTime();
        Assert.True(seen.IsIpv4);
        Assert.Equal(peer.LocalEndPoint, new IPEndPoint(seen.ToIPAddress(), seen.Port));
    }

    [Fact]
    public async Task ManyClients_AreSpreadEvenlyOverReactors()
    {
        var served = new int[2];
        await using var server = await TransportServer.StartAsync(async client =>
        {
            Interlocked.Increment(ref served[client.Socket.Reactor.Index]);
            await client.PeekAsync(new byte[1], 0, Eventually.Deadline);
        });

        var peers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.ConnectAsync()));
        await Eventually.SeesAsync(() => served.Sum(), sum => sum == peers.Length, "all served");

        Assert.Equal([100, 100], served);
        Array.ForEach(peers, peer => peer.Dispose());
    }

    [Fact]
    public async Task Unbound_ClientsInTheQueueAreStillServed()
    {
        using var transport = TransportServer.NewTransport(new TcpTransportOptions { Reactors = 1 });
        var listener = await transport.BindAsync(new TcpListenEndPoint(Addresses.Loopback));
        var held = new HeldReactor(transport.Reactors[0]);
        using var first = await Peer.ConnectAsync(listener.EndPoint);
        using var second = await Peer.ConnectAsync(listener.EndPoint);

        var unbinding = listener.UnbindAsync().InTime();
        var accepting = AcceptAllAsync(listener);
        held.Dispose();
        await unbinding;

        Assert.Equal(2, await accepting.InTime());
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(listener.EndPoint));
    }

    [Fact]
    public async Task UnboundTwice_IsTheSameAsOnce()
    {
        using var transport = TransportServer.NewTransport();
        var listener = await transport.BindAsync(new TcpListenEndPoint(Addresses.Loopback));
        var accepting = listener.AcceptAsync();

        await listener.UnbindAsync().InTime();
        await listener.UnbindAsync().InTime();
        await listener.DisposeAsync().InTime();

        Assert.Null(await accepting.InTime());
        Assert.Null(await listener.AcceptAsync().InTime());
    }

    [Fact]
    public async Task UnixListenerIsUnbound_ItsFileIsGone()
    {
        using var transport = TransportServer.NewTransport();
        var path = Addresses.NewUnixPath();
        var listener = await transport.BindAsync(new TcpListenEndPoint(path));
        Assert.True(File.Exists(path.ToString()));

        await listener.UnbindAsync().InTime();

        Assert.False(File.Exists(path.ToString()));
    }

    [Fact]
    public async Task GracefulStop_WaitsForConnectionsAndTakesNoMore()
    {
        using var backend = new Backend();
        // Clients that knock while the server is closing may still be served; nobody answers them, so they must not last.
        var options = new RelayServerOptions { HalfClosedTimeout = TimeSpan.FromSeconds(1) };
        await using var relay = await RelayServer.StartAsync(backend.Target, options);
        using var client = await relay.ConnectAsync();
        using var served = await backend.AcceptAsync();

        var stopping = relay.Server.StopAsync(CancellationToken.None);
        await Eventually.SeesAsync(() => IsRefused(relay.Server.Address), isRefused => isRefused, "refused connections");
        await client.SendAsync(new byte[3]);
        await served.ReadAsync(3);
        Assert.False(stopping.IsCompleted);
        client.FinishSending();
        await served.EndAsync();
        served.Dispose();

        await stopping.InTime();
        Assert.Equal(StreamEnd.Fin, await client.EndAsync());
    }

    [Fact]
    public async Task GracefulStop_CutsAtTheToken()
    {
        using var backend = new Backend();
        await using var relay = await RelayServer.StartAsync(backend.Target);
        using var client = await relay.ConnectAsync();
        using var served = await backend.AcceptAsync();
        using var cut = new CancellationTokenSource();
        var stopping = relay.Server.StopAsync(cut.Token);
        await Eventually.SeesAsync(() => IsRefused(relay.Server.Address), isRefused => isRefused, "refused connections");

        await cut.CancelAsync();

        await stopping.InTime();
        Assert.Equal(StreamEnd.Reset, await client.EndAsync());
        Assert.Equal(StreamEnd.Reset, await served.EndAsync());
    }

    [Fact]
    public async Task ManyListeners_EachServesAndNoneLeavesADescriptor()
    {
        const int Listeners = 100;
        using var transport = TransportServer.NewTransport();
        await using (await TransportServer.StartAsync(_ => Task.CompletedTask, transport: transport))
        {
            // What .NET opens once for the process.
        }

        var before = Descriptors.Count();
        var servers = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(_ => StartClosingAsync(transport)));
        foreach (var server in servers)
        {
            using var client = await server.ConnectAsync();
            Assert.Equal(StreamEnd.Fin, await client.EndAsync());
        }

        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        await Eventually.SeesAsync(Descriptors.Count, count => count <= before, $"at most {before} descriptors");
    }

    private static Task<TransportServer> StartClosingAsync(TcpTransport transport) =>
        TransportServer.StartAsync(_ => Task.CompletedTask, transport: transport);

    private static bool IsRefused(EndPoint address)
    {
        using var peer = new Peer(Peer.NewSocket(address));
        try
        {
            peer.Socket.Connect(address);
            peer.Reset();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<int> AcceptAllAsync(IConnectionListener listener)
    {
        for (var accepted = 0; ; accepted++)
        {
            if (await listener.AcceptAsync() is not { } client)
            {
                return accepted;
            }

            await client.DisposeAsync();
        }
    }
}
