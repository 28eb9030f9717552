namespace ApiLb.Validation;

/// <summary>What is going on, for whoever waits.</summary>
/// <param name="Text">One line.</param>
/// <param name="IsLive">The next line takes its place: only the last one matters.</param>
internal sealed record ValidationProgress(string Text, bool IsLive);
