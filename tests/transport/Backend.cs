using System.Net;
using System.Net.Sockets;
using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>A server that the balancer dials; the test plays it, connection by connection.</summary>
internal sealed class Backend : IDisposable
{
    private readonly Socket _listener;

    public Backend(EndPoint? address = null, int backlog = 4096)
    {
        address ??= Addresses.Loopback;
        _listener = Peer.NewSocket(address);
        _listener.Bind(address);
        _listener.Listen(backlog);
        Target = new DialTarget(_listener.LocalEndPoint!);
    }

    public DialTarget Target { get; }

    /// <summary>The receive buffer of accepted connections, small for those that are to stall their peers.</summary>
    public int ReceiveBuffer
    {
        set => _listener.ReceiveBufferSize = value;
    }

    public bool HasClientWaiting => _listener.Poll(0, SelectMode.SelectRead);

    public async Task<Peer> AcceptAsync() => new(await _listener.AcceptAsync().InTime());

    public void Dispose()
    {
        _listener.Dispose();
        if (Target.EndPoint is UnixDomainSocketEndPoint path)
        {
            File.Delete(path.ToString());
        }
    }
}
