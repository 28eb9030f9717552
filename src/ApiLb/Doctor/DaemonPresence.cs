using ApiLb.Admin;

namespace ApiLb.Doctor;

/// <summary>The running daemon as its admin socket shows it. Immutable.</summary>
internal sealed record DaemonPresence
{
    /// <summary>Null: it could not be asked.</summary>
    public DaemonStatus? Status { get; init; }

    /// <summary>Why it could not; null: it answered, or it has no admin socket.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about <see cref="Problem"/>.</summary>
    public string? Remedy { get; init; }
}
