namespace ApiLb.Backends;

/// <summary>The weight that the operator gave a backend in place of the configured one. Immutable.</summary>
/// <param name="Weight">0 to 256; 0: no new connections; null: the configured one again.</param>
/// <param name="Terms">Whose word it is.</param>
internal sealed record WeightOrder(int? Weight, OrderTerms Terms);
