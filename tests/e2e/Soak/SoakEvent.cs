namespace ApiLb.EndToEndTests.Soak;

/// <summary>Something that the test did, for the plot.</summary>
/// <param name="Seconds">Since the sampling began.</param>
/// <param name="What">In a few words.</param>
/// <param name="IsTrouble">Something goes away; otherwise a phase of the test begins.</param>
internal sealed record SoakEvent(double Seconds, string What, bool IsTrouble);
