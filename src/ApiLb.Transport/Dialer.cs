namespace ApiLb.Transport;

/// <summary>Opens sockets to backends. Thread-safe; the handshake's end is the reactor's to see.</summary>
internal static class Dialer
{
    /// <summary>Begins a handshake.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="source">Whose address to come from; one of another family than the target's, and default: this host's.</param>
    /// <param name="reactor">Whose the socket will be.</param>
    /// <param name="options">The socket's.</param>
    /// <returns>
    /// The socket, not yet registered, and <see cref="DialFailure.None"/>; or null and why even the beginning failed.
    /// </returns>
    public static (ReactorSocket? Socket, DialFailure Failure) Begin(
        DialTarget target, ClientAddress source, Reactor reactor, TcpTransportOptions options)
    {
        var fd = Native.Socket(target.Family);
        if (fd < 0)
        {
            return (null, DialFailure.LocalFault);
        }

        if (target.Family != Native.AfUnix)
        {
            SocketOptions.ApplyTo(fd, options);
        }

        var result = TransparentSource.Applies(source, target.Family) ? TransparentSource.Bind(fd, source) : 0;
        result = result < 0 ? result : Native.Connect(fd, target.Address);
        if (result is 0 or -Errno.InProgress)
        {
            return (new ReactorSocket(fd, reactor), DialFailure.None);
        }

        Native.Close(fd);
        return (null, FailureOf(-result));
    }

    public static DialFailure FailureOf(int errno) => errno switch
    {
        Errno.ConnectionRefused or Errno.NoSuchFile or Errno.Access => DialFailure.Refused,
        Errno.ConnectionReset or Errno.BrokenPipe => DialFailure.Reset,
        Errno.TimedOut => DialFailure.TimedOut,
        Errno.HostUnreachable or Errno.NetworkUnreachable => DialFailure.Unreachable,
        Errno.Again => DialFailure.Refused, // A unix socket whose backlog is full (connect(2)).
        _ => DialFailure.LocalFault,
    };
}
