using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>One step towards even backends: how many connections to close, and where.</summary>
/// <param name="Backend">The fullest.</param>
/// <param name="Count">How many of its connections, at least 1.</param>
/// <param name="Unevenness">The fullest's connections by the mean, both by weight.</param>
internal readonly record struct RebalanceStep(Backend Backend, int Count, double Unevenness);
