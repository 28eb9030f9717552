namespace ApiLb.Admin;

/// <summary>One path of the admin surface.</summary>
/// <param name="Path">Exactly.</param>
/// <param name="Answer">What answers it.</param>
internal sealed record AdminRoute(string Path, Func<AdminCall, CancellationToken, ValueTask<AdminAnswer>> Answer)
{
    /// <summary>It changes nothing and names no client: also over TCP.</summary>
    public bool IsPublic { get; init; }

    /// <summary>How long an answer may take; null: as long as usual.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>It changes something: POST, over the socket, for those who may.</summary>
    public bool IsChange { get; init; }
}
