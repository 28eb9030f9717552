namespace ApiLb.Backends;

/// <summary>The silence of one backend's host, for as long as nothing of it is heard. Written by its probe loop only.</summary>
/// <param name="since">When the first check in a row began that heard nothing.</param>
internal sealed class HostSilence(TimeSpan since)
{
    /// <summary>Checks follow each other closely for so long: it is to be known soon whose silence this is.</summary>
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(3);

    public TimeSpan Since { get; } = since;

    /// <summary>Another host was heard all the while until the last check: the network was never away.</summary>
    public bool IsWitnessed { get; set; }

    /// <summary>Since when others have been heard again while this one has not; null: they are not.</summary>
    public TimeSpan? OthersSince { get; set; }

    /// <summary>Our own link was down meanwhile: who was heard on another one says nothing about it.</summary>
    public bool WasOwnLinkDown { get; private set; }

    /// <summary>From when on it counts that others are heard; null: not yet.</summary>
    public TimeSpan? CountsFrom { get; set; } = since;

    /// <summary>Our own link is down: all that counts begins anew.</summary>
    public void OwnLinkIsDown() => (WasOwnLinkDown, OthersSince, CountsFrom) = (true, null, null);

    public bool IsYoung(TimeSpan now) => now - Since < Youth;
}
