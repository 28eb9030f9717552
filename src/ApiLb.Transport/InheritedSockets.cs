using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// Listening sockets that another process has bound for this one, until somebody listens on their address: they are known by
/// it, not by their order. One caller at a time.
/// </summary>
internal sealed partial class InheritedSockets
{
    private readonly List<(ListeningSocket Socket, InheritedSocket From)> _sockets = [];
    private readonly ILogger _logger;

    /// <param name="sockets">Owned from now on. What is no listening stream socket is closed.</param>
    /// <param name="logger">Told of what is not used.</param>
    public InheritedSockets(IReadOnlyList<InheritedSocket> sockets, ILogger logger)
    {
        _logger = logger;
        foreach (var inherited in sockets)
        {
            if (ListeningSocket.Adopt(inherited) is { } socket)
            {
                _sockets.Add((socket, inherited));
            }
            else
            {
                Log.Useless(logger, inherited.Descriptor);
            }
        }
    }

    /// <returns>The socket of this address, configured; null when there is none.</returns>
    public ListeningSocket? Take(TcpListenEndPoint endPoint, TcpTransportOptions options)
    {
        var index = _sockets.FindIndex(s => (s.From.Address ?? s.Socket.EndPoint).Equals(endPoint.Address));
        if (index < 0)
        {
            return null;
        }

        var (socket, from) = _sockets[index];
        _sockets.RemoveAt(index);
        if (from.Address is null)
        {
            socket.Configure(endPoint, options);
        }
        else
        {
            // The process that listens here may go on: only what it has set itself, as far as this version knows.
            socket.Refresh(options);
        }

        return socket;
    }

    /// <summary>Closes what is left.</summary>
    public void CloseAll()
    {
        foreach (var (socket, from) in _sockets)
        {
            if (from.Address is null)
            {
                Log.Unclaimed(_logger, socket.EndPoint);
            }

            socket.Close();
        }

        _sockets.Clear();
    }

    /// <summary>The files of the sockets that are left are this process's to delete.</summary>
    public void Claim() => _sockets.ForEach(s => s.Socket.Claim());

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning,
            "Inherited socket {EndPoint}: no listener of the configuration has this address, so it is closed. While whoever passed it keeps it open, clients there are queued and not served: make apilb.socket and the configuration agree.")]
        public static partial void Unclaimed(ILogger logger, System.Net.EndPoint endPoint);

        [LoggerMessage(22, LogLevel.Warning, "Inherited descriptor {Descriptor} is no listening stream socket and is closed: apilb.socket needs ListenStream= and Accept=no.")]
        public static partial void Useless(ILogger logger, int descriptor);
    }
}
