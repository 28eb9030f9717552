using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>How a <see cref="RelayServer"/> serves.</summary>
internal sealed record RelayServerOptions
{
    public TcpListenEndPoint Address { get; init; } = new(Addresses.Loopback);

    /// <summary>Bytes that are peeked at and sent with the dial; 0: dial at once, the backend may speak first.</summary>
    public int FirstFlightLength { get; init; }

    public TimeSpan HalfClosedTimeout { get; init; }

    public TimeSpan IdleTimeout { get; init; }

    public RelayTimeouts Timeouts => new(HalfClosedTimeout, IdleTimeout);
}
