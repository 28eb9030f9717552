using ApiLb.Validation.Requests;

namespace ApiLb.Validation.Steps;

/// <summary>
/// New connections through the balancer at a steady rate while an operator breaks something, and beside them a look at every apiserver
/// itself, which tells what was broken.
/// </summary>
internal sealed class DuringStep(ValidationPlan plan, ApiVisits visits, TimeProvider time, Action<ValidationProgress> tell)
{
    private const double PerSecond = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(500);

    /// <summary>Held so long after their answer, connections are spread by a balancer that counts them.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);

    /// <param name="apiservers">Those that may break.</param>
    /// <param name="names">They, by their certificates.</param>
    /// <param name="enough">Ends it early, with what was seen by then.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    public async Task<DuringResult> RunAsync(
        IReadOnlyList<ApiserverAddress> apiservers, IReadOnlyDictionary<string, string> names, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var outages = new OutageWatch(apiservers, visits, time, tell);
        var watching = outages.RunAsync(over.Token);
        var tally = new RequestTally(names, time);
        var started = time.GetTimestamp();
        try
        {
            await OpenAsync(tally, enough, cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }

        return new DuringResult(Math.Round(time.GetElapsedTime(started).TotalSeconds, 1), tally.Result(), outages.Changes);
    }

    // Each is opened when its time has come, whether or not earlier ones have ended: a balancer that makes some wait must not get fewer.
    private async Task OpenAsync(RequestTally tally, CancellationToken enough, CancellationToken cancellationToken)
    {
        var underWay = new List<Task>();
        var started = time.GetTimestamp();
        var told = TimeSpan.Zero;
        while (time.GetElapsedTime(started) is var elapsed && elapsed < plan.During && !enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            for (var due = (int)(elapsed.TotalSeconds * PerSecond); underWay.Count <= due;)
            {
                underWay.Add(VisitAsync(tally, cancellationToken));
            }

            if (elapsed - told >= BetweenLines)
            {
                told = elapsed;
                tell(new ValidationProgress(LineOf(elapsed, tally.Result()), IsLive: true));
            }

            await Task.Delay(Tick, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(underWay);
    }

    private async Task VisitAsync(RequestTally tally, CancellationToken cancellationToken)
    {
        using var visit = visits.New();
        tally.Add(await visit.AskAsync(plan.Balancer, RequestStep.Path, RequestStep.Patience, cancellationToken));
        await Task.Delay(Held, time, cancellationToken);
    }

    private string LineOf(TimeSpan elapsed, RequestsResult so) => FormattableString.Invariant(
        $"{elapsed.TotalSeconds:0} s of {plan.During.TotalSeconds:0} s: {so.Connections} connections, {so.Failed} failed, slowest {so.SlowestMilliseconds:0} ms; {string.Join(", ", so.Backends.Select(b => $"{b.Key} {b.Value}"))}");
}
