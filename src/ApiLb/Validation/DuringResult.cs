namespace ApiLb.Validation;

/// <summary>What clients met while somebody broke something.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="Requests">New connections through the balancer.</param>
/// <param name="Outages">What happened to the apiservers themselves meanwhile, in order; empty: nothing was seen to break.</param>
internal sealed record DuringResult(double Seconds, RequestsResult Requests, IReadOnlyList<DuringResult.Change> Outages)
{
    /// <param name="AtSeconds">Since the beginning.</param>
    /// <param name="Apiserver">Its name.</param>
    /// <param name="Answers">From now on; false: no longer.</param>
    /// <param name="Detail">Why not; empty when it does.</param>
    internal sealed record Change(double AtSeconds, string Apiserver, bool Answers, string Detail);
}
