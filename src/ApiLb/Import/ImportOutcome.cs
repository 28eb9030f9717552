namespace ApiLb.Import;

/// <summary>What became of a line that is not simply carried over.</summary>
internal enum ImportOutcome
{
    /// <summary>It has no counterpart: what it did is missing afterwards.</summary>
    LeftOut,

    /// <summary>ApiLb reaches the same end in another way, on purpose.</summary>
    Changed,

    /// <summary>Nothing is missing without it: it had no effect, or ApiLb or systemd does it anyway.</summary>
    NotNeeded,
}
