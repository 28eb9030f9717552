namespace ApiLb.EndToEndTests.Outages;

/// <summary>The traffic during which an outage happens.</summary>
/// <param name="ConnectionsPerSecond">New TLS connections, each with one request.</param>
/// <param name="Watches">Clients that watch, each on a connection of its own.</param>
/// <param name="Before">How long before the outage.</param>
/// <param name="After">How long after its beginning, at least.</param>
internal sealed record OutageTraffic(int ConnectionsPerSecond, int Watches, TimeSpan Before, TimeSpan After)
{
    /// <summary>Traffic goes on so long after an outage that takes longer than <see cref="After"/>.</summary>
    public static TimeSpan AfterItsEnd { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Twenty seconds of 100 new connections a second, and 200 watches.</summary>
    public static OutageTraffic Full { get; } = new(100, 200, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
}
