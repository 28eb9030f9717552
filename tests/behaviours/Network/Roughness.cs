namespace ApiLb.BehaviourTests.Network;

/// <summary>What a path does to packets.</summary>
/// <param name="Delay">Each is late by this much.</param>
/// <param name="Jitter">And by up to this much more, each for itself, so that some overtake others.</param>
/// <param name="Loss">The share of them that is lost.</param>
internal sealed record Roughness(TimeSpan Delay, TimeSpan Jitter, double Loss);
