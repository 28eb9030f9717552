using System.Net.Sockets;
using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>A backend whose kernel drops every SYN, because its queue is full: from outside, a host that is silent.</summary>
internal sealed class SilentBackend : IDisposable
{
    private const int Fillers = 4;

    private readonly Socket _listener = Peer.NewSocket(Addresses.Loopback);
    private readonly List<Socket> _fillers = [];

    public SilentBackend()
    {
        _listener.Bind(Addresses.Loopback);
        _listener.Listen(0);
        Target = new DialTarget(_listener.LocalEndPoint!);
        for (var i = 0; i < Fillers; i++)
        {
            Fill();
        }
    }

    public DialTarget Target { get; }

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }

    private void Fill()
    {
        var filler = Peer.NewSocket(Addresses.Loopback);
        _fillers.Add(filler);
        filler.Blocking = false;
        try
        {
            filler.Connect(_listener.LocalEndPoint!);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // In the queue, or dropped: both are meant.
        }
    }
}
