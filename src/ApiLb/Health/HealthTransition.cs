namespace ApiLb.Health;

/// <summary>A change of status: the only thing about health that is logged, counted and published.</summary>
internal readonly record struct HealthTransition(HealthStatus From, HealthSnapshot To);
