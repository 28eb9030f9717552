namespace ApiLb.Discovery;

/// <summary>What is believed of one source. Immutable: a decision makes a new one.</summary>
/// <param name="Members">Believed now; each address once.</param>
/// <param name="Doubt">The observation that is not yet believed; null: none.</param>
internal sealed record GuardState(IReadOnlyList<Member> Members, GuardDoubt? Doubt = null)
{
    public static GuardState Empty { get; } = new([]);
}
