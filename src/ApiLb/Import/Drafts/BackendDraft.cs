namespace ApiLb.Import.Drafts;

/// <summary>One server of a <see cref="PoolDraft"/>.</summary>
/// <param name="Name">Valid and unique in its pool.</param>
/// <param name="Address">As ApiLb writes it.</param>
internal sealed record BackendDraft(string Name, string Address)
{
    /// <summary>0 to 256.</summary>
    public int Weight { get; init; } = 1;

    public bool IsBackup { get; init; }

    public int? MaxConnections { get; init; }

    /// <summary>What has to be said about it; null: nothing.</summary>
    public string? Reason { get; init; }
}
