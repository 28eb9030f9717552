using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Listening;

/// <summary>Hands Kestrel a socket that is bound already: binding may fail, and is over before anything is changed.</summary>
internal sealed class BoundTransport(Listener listener) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is TcpListenEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        listener.Start();
        return new ValueTask<IConnectionListener>(listener);
    }
}
