namespace ApiLb.Transport;

/// <summary>Opens sockets to backends. Thread-safe; the handshake's end is the reactor's to see.</summary>
internal static class Dialer
{
    /// <summary>Begins a handshake.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="source">Whose address to come from; one of another family than the target's, and default: this host's.</param>
    /// <param name="failure">Why even the beginning failed.</param>
    /// <returns>The socket, not yet registered; -1 when there is none.</returns>
    public static int Begin(DialTarget target, ClientAddress source, out DialFailure failure)
    {
        failure = DialFailure.None;
        var fd = Native.Socket(target.Family);
        if (fd < 0)
        {
            failure = DialFailure.LocalFault;
            return -1;
        }

        if (target.Family != Native.AfUnix)
        {
            SocketOptions.DisableDelay(fd);
        }

        var result = TransparentSource.Applies(source, target.Family) ? TransparentSource.Bind(fd, source) : 0;
        result = result < 0 ? result : Native.Connect(fd, target.Address);
        if (result is 0 or -Errno.InProgress)
        {
            return fd;
        }

        Native.Close(fd);
        failure = FailureOf(-result);
        return -1;
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
