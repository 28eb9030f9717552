namespace ApiLb.Admin;

/// <summary>The last check of a backend.</summary>
/// <param name="Result">The cause in one word: <c>passed</c>, <c>refused</c>, ...</param>
/// <param name="Detail">The same for people.</param>
/// <param name="Layer"><c>l4</c>, <c>l6</c> or <c>l7</c>: how far it came.</param>
/// <param name="StatusCode">Null when there was no HTTP answer.</param>
/// <param name="DurationSeconds">From its start to its verdict.</param>
/// <param name="AgeSeconds">Since its verdict.</param>
internal sealed record ProbeStatus(
    string Result, string Detail, string Layer, int? StatusCode, double DurationSeconds, double AgeSeconds);
