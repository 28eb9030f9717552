using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>Translates what the kernel says about a check's socket into evidence.</summary>
internal static class SocketVerdict
{
    public static ProbeVerdict From(SocketError error, ProbeLayer layer) => error switch
    {
        SocketError.ConnectionRefused => ProbeVerdict.Unreachable(layer, HealthCause.Refused, "connection refused"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            ProbeVerdict.Unreachable(layer, HealthCause.Reset, "connection reset"),
        SocketError.TimedOut when layer == ProbeLayer.L4 => ConnectTimeout,

        // ETIMEDOUT on an established connection: the kernel gave up on a host that no longer acknowledges anything.
        SocketError.TimedOut => new ProbeVerdict(
            new HealthReport(HealthEvidence.HostSilent, HealthCause.Unacknowledged, "the host stopped acknowledging"), layer)
        {
            IsAcknowledged = false,
        },

        // EMFILE and ENFILE, EADDRNOTAVAIL (no free local port), ENOBUFS and ENOMEM: ours, not the backend's.
        SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable or SocketError.NoBufferSpaceAvailable =>
            ProbeVerdict.LocalFault(layer, $"this host cannot open a connection: {error}"),
        SocketError.HostUnreachable or SocketError.HostDown => ProbeVerdict.Unreachable(layer, HealthCause.Unreachable, "no route to host"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown =>
            ProbeVerdict.Unreachable(layer, HealthCause.Unreachable, "network unreachable"),
        SocketError.AccessDenied =>
            ProbeVerdict.Unreachable(layer, HealthCause.Unreachable, "connecting is not permitted here (firewall or file mode)"),
        _ => ProbeVerdict.Unreachable(layer, HealthCause.Unreachable, $"socket error: {error}"),
    };

    /// <summary>No answer to the SYN before the deadline.</summary>
    public static ProbeVerdict ConnectTimeout { get; } =
        new(new HealthReport(HealthEvidence.HostSilent, HealthCause.ConnectTimeout, "no answer to the connection attempt"), ProbeLayer.L4)
        {
            Stage = ProbeStage.TcpHandshake,
            IsFresh = true,
        };

    /// <summary>The kernel's word inside an exception, when there is one.</summary>
    public static SocketError? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }
}
