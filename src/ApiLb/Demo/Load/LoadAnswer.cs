namespace ApiLb.Demo.Load;

/// <summary>How one attempt ended, and why if it did not end well.</summary>
internal readonly record struct LoadAnswer(LoadResult Result, string Reason);
