using ApiLb.Validation.Requests;

namespace ApiLb.Validation.Steps;

/// <summary>
/// New connections through the balancer, some at a time and all of these held until the last is answered: a balancer that counts
/// connections must come to every apiserver.
/// </summary>
internal sealed class RequestStep(ValidationPlan plan, ApiVisits visits, TimeProvider time)
{
    /// <summary>What every apiserver answers, ready or not.</summary>
    public const string Path = "/version";

    private const int Rounds = 5;
    private const int HeldForEach = 4;
    private const int MostHeld = 64;

    /// <summary>A client waits longer, but nobody calls it served.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="apiservers">How many there are.</param>
    /// <param name="names">They, by their certificates.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    public async Task<RequestsResult> RunAsync(int apiservers, IReadOnlyDictionary<string, string> names, CancellationToken cancellationToken)
    {
        var tally = new RequestTally(names, time);
        var held = Math.Clamp(apiservers * HeldForEach, HeldForEach, MostHeld);
        for (var round = 0; round < Rounds; round++)
        {
            var open = Enumerable.Range(0, held).Select(_ => visits.New()).ToArray();
            try
            {
                foreach (var result in await Task.WhenAll(open.Select(v => v.AskAsync(plan.Balancer, Path, Patience, cancellationToken))))
                {
                    tally.Add(result);
                }
            }
            finally
            {
                Array.ForEach(open, v => v.Dispose());
            }
        }

        return tally.Result();
    }
}
