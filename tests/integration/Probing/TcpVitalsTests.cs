using System.Net;
using System.Net.Sockets;
using ApiLb.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

public sealed class TcpVitalsTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server;

    public TcpVitalsTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        _client.Connect(_listener.LocalEndPoint!);
        _server = _listener.Accept();
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task LiveHost_AcknowledgesEvenWhenItsProcessDoesNotRead()
    {
        _client.Send("ping"u8);

        await Eventually.HoldsAsync(() => TcpVitals.Read(_client) is { Unacknowledged: 0 }, () => $"{TcpVitals.Read(_client)}");
        Assert.InRange(TcpVitals.Read(_client)!.Value.RoundTrip, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task GoneHost_LeavesSegmentsUnacknowledgedAndIsSilence()
    {
        PacketDrop.Attach(_server);

        _client.Send("ping"u8);

        await Eventually.HoldsAsync(
            () => TcpVitals.Read(_client) is { Unacknowledged: > 0, Retransmits: > 0 } vitals && AckWatch.IsSilence(vitals, TimeSpan.MaxValue),
            () => $"{TcpVitals.Read(_client)}");
    }

    [Fact]
    public void ClosedSocket_HasNoVitals()
    {
        _client.Dispose();

        Assert.Null(TcpVitals.Read(_client));
    }

    [Fact]
    public void UnixSocket_HasNoVitals()
    {
        using Socket unix = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        Assert.Null(TcpVitals.Read(unix));
    }
}
