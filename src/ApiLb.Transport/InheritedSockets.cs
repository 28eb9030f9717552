using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// Listening sockets that another process has bound for this one, until somebody listens on their address: they are known by
/// it, not by their order. One caller at a time.
/// </summary>
internal sealed partial class InheritedSockets
{
    private readonly List<ListeningSocket> _sockets = [];
    private readonly ILogger _logger;

    /// <param name="descriptors">Owned from now on. What is no listening stream socket is closed.</param>
    /// <param name="logger">Told of what is not used.</param>
    public InheritedSockets(IReadOnlyList<int> descriptors, ILogger logger)
    {
        _logger = logger;
        foreach (var fd in descriptors)
        {
            if (ListeningSocket.Adopt(fd) is { } socket)
            {
                _sockets.Add(socket);
            }
            else
            {
                Log.Useless(logger, fd);
            }
        }
    }

    /// <returns>The socket of this address, configured; null when there is none.</returns>
    public ListeningSocket? Take(TcpListenEndPoint endPoint, TcpTransportOptions options)
    {
        var socket = _sockets.Find(s => s.EndPoint.Equals(endPoint.Address));
        if (socket is not null)
        {
            _sockets.Remove(socket);
            socket.Configure(endPoint, options);
        }

        return socket;
    }

    /// <summary>Closes what is left.</summary>
    public void CloseAll()
    {
        foreach (var socket in _sockets)
        {
            Log.Unclaimed(_logger, socket.EndPoint);
            socket.Close();
        }

        _sockets.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning,
            "Inherited socket {EndPoint}: no listener of the configuration has this address, so it is closed. While whoever passed it keeps it open, clients there are queued and not served: make apilb.socket and the configuration agree.")]
        public static partial void Unclaimed(ILogger logger, System.Net.EndPoint endPoint);

        [LoggerMessage(22, LogLevel.Warning, "Inherited descriptor {Descriptor} is no listening stream socket and is closed: apilb.socket needs ListenStream= and Accept=no.")]
        public static partial void Useless(ILogger logger, int descriptor);
    }
}
