using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Listening: addresses, an even spread, an orderly end.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task AddressInUse_IsSaidWithTheAddress()
    {
        using var taken = new Backend();
        var address = taken.Target.EndPoint;

        var error = await Assert.ThrowsAnyAsync<IOException>(() => TransportServer.StartAsync(_ => Task.CompletedTask, new TcpListenEndPoint(address)));

        Assert.Contains(address.ToString()!, error.ToString(), StringComparison.Ordinal);
        Assert.IsType<AddressInUseException>(error.GetBaseException());
    }

    [Fact]
    public async Task ManyClients_AreSpreadEvenlyOverReactors()
    {
        using var backend = new Backend();
        var perReactor = new int[2];
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(client =>
        {
            Interlocked.Increment(ref perReactor[client.Socket.Reactor.Index]);
            return leave.Task;
        });
        var clients = new List<Peer>();
        for (var i = 0; i < 40; i++)
        {
            clients.Add(await server.ConnectAsync());
        }

        await Eventually.SeesAsync(() => perReactor[0] + perReactor[1], sum => sum == 40, "40 clients");
        Assert.Equal(20, perReactor[0]);
        leave.SetResult();
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task GracefulStop_LetsOpenConnectionsFinishAndTakesNoNewOnes()
    {
        await using var pair = await RelayedPair.OpenAsync();

        var stopping = pair.Relay.Server.StopAsync(CancellationToken.None);
        await Eventually.SeesAsync(() => IsRefused(pair.Relay.Server.Address), refused => refused, "new connections to be refused");
        await pair.Client.SendAsync(new byte[10]);
        Assert.Equal(new byte[10], await pair.Backend.ReadAsync(10));
        Assert.False(stopping.IsCompleted);

        pair.Client.FinishSending();
        pair.Backend.FinishSending();
        await stopping.InTime();
    }

    [Fact]
    public async Task Ipv4ClientOfADualStackListener_HasItsIpv4Address()
    {
        var seen = new TaskCompletionSource<ClientAddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(
            client =>
            {
                seen.TrySetResult(client.Address);
                return Task.CompletedTask;
            },
            new TcpListenEndPoint(new IPEndPoint(IPAddress.IPv6Any, 0)));
        using var client = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)server.Address).Port));

        var address = await seen.Task.InTime();

        Assert.True(address.IsIpv4);
        Assert.Equal(client.LocalEndPoint!.ToString(), address.ToString());
    }

    private static bool IsRefused(EndPoint address)
    {
        using var socket = Peer.NewSocket(address);
        try
        {
            socket.Connect(address);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
