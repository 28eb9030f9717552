namespace ApiLb.Validation;

/// <summary>What became of new connections with one request each.</summary>
/// <param name="Connections">All of them.</param>
/// <param name="Failed">Without an answer, or with one that another apiserver would not have given.</param>
/// <param name="SlowestMilliseconds">From connect to the whole answer or the failure.</param>
/// <param name="P99Milliseconds">The same of all but the slowest hundredth.</param>
/// <param name="Backends">How many each apiserver answered, by its name; it is known by its certificate.</param>
/// <param name="Failures">Each kind once, the most frequent first.</param>
internal sealed record RequestsResult(
    int Connections,
    int Failed,
    double SlowestMilliseconds,
    double P99Milliseconds,
    IReadOnlyDictionary<string, int> Backends,
    IReadOnlyList<RequestsResult.Failure> Failures)
{
    /// <param name="Reason">For people.</param>
    /// <param name="Count">How often.</param>
    /// <param name="FirstAtSeconds">When it was first met, since the beginning.</param>
    /// <param name="LastAtSeconds">When last.</param>
    internal sealed record Failure(string Reason, int Count, double FirstAtSeconds, double LastAtSeconds);
}
