namespace ApiLb.Discovery;

/// <summary>Somebody who knows members of a pool. Used by one loop: look, wait for a change, look again.</summary>
internal interface IMemberSource : IDisposable
{
    /// <summary>As logs and metrics call it.</summary>
    string Name { get; }

    /// <summary>All members now. What goes wrong is a value.</summary>
    Task<DiscoveredMembers> LookAsync(CancellationToken cancellationToken);

    /// <summary>Returns when it is time to look again, because something changed or after a while. Not at once: the next look follows immediately.</summary>
    /// <returns>Why changes could not be waited for; null when they could.</returns>
    Task<DiscoveryFailure?> WaitForChangeAsync(CancellationToken cancellationToken);
}
