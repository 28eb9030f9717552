namespace ApiLb.Import.HaProxy;

/// <summary>One part of a condition.</summary>
/// <param name="IsNegated">None of the criteria must hold, rather than any.</param>
/// <param name="AnyOf">At least one.</param>
internal sealed record Term(bool IsNegated, IReadOnlyList<Criterion> AnyOf);
