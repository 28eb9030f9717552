namespace ApiLb.Health;

/// <summary>The thresholds of one pool's state machines.</summary>
/// <param name="Fall">Consecutive failures that take a backend out, at least 1.</param>
/// <param name="Rise">Consecutive passes that bring it back, at least 1.</param>
/// <param name="SlowStart">How long a backend that was dead takes to its full share; zero: at once.</param>
/// <param name="SilenceUntilDead">How long the process may be silent before it counts as dead.</param>
internal sealed record HealthPolicy(int Fall, int Rise, TimeSpan SlowStart, TimeSpan SilenceUntilDead);
