namespace ApiLb.Demo;

/// <summary>Something that happened, for people.</summary>
/// <param name="At">Time since the demo started.</param>
/// <param name="Text">What happened; no markup.</param>
/// <param name="IsDeed">The user did it; all else follows from that.</param>
internal readonly record struct DemoEvent(TimeSpan At, string Text, bool IsDeed);
