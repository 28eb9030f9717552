namespace ApiLb.Configuration;

/// <summary>How a client's connection finds a backend that answers.</summary>
internal sealed record ConnectOptions
{
    /// <summary>For one backend's TCP handshake. Default 1 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For all attempts together; then the client gets a reset. Default 5 s.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one backend may stay silent before the next is tried beside it. Default 250 ms; zero: never.</summary>
    public TimeSpan HedgeDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Default host. Client needs CAP_NET_ADMIN, and routes that bring the answers back here.</summary>
    public ConnectSource Source { get; init; } = ConnectSource.Host;

    /// <summary>Whether the delay follows the backend. Default fixed.</summary>
    public HedgeMode Hedge { get; init; } = HedgeMode.Fixed;
}
