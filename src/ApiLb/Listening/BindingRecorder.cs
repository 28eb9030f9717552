using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Listening;

/// <summary>Hands Kestrel the transport and remembers where it was bound.</summary>
internal sealed class BindingRecorder(TcpTransport transport) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly List<EndPoint> _bound = [];

    public IReadOnlyList<EndPoint> Bound => _bound;

    public bool CanBind(EndPoint endpoint) => transport.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await transport.BindAsync(endpoint, cancellationToken);
        _bound.Add(listener.EndPoint);
        return listener;
    }
}
