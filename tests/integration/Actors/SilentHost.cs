using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A backend whose host falls silent: its kernel drops every SYN, as a host that vanished does.</summary>
internal sealed class SilentHost : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _endPoint;
    private Backlog? _backlog;

    public SilentHost(string name)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        _endPoint = (IPEndPoint)_listener.LocalEndPoint!;
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", _endPoint.Port) };
    }

    public BackendOptions Options { get; }

    /// <summary>Until then it passes health checks.</summary>
    public async Task VanishAsync() => _backlog = await Backlog.FillAsync(_endPoint);

    public void Dispose()
    {
        _backlog?.Dispose();
        _listener.Dispose();
    }
}
