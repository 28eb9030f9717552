using System.Collections.Concurrent;
using ApiLb.Validation.Requests;

namespace ApiLb.Validation.Steps;

/// <summary>Asks every apiserver directly, once a second, and notes when one stops answering and when it answers again.</summary>
internal sealed class OutageWatch(
    IReadOnlyList<ApiserverAddress> apiservers, ApiVisits visits, TimeProvider time, Action<ValidationProgress> tell)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A healthy apiserver needs some milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentQueue<DuringResult.Change> _changes = [];

    public IReadOnlyList<DuringResult.Change> Changes => [.. _changes.OrderBy(c => c.AtSeconds)];

    /// <summary>Watches until it is told to stop; returns without an exception.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(apiservers.Select(a => WatchAsync(a, stop)));

    private async Task WatchAsync(ApiserverAddress apiserver, CancellationToken stop)
    {
        var answers = true;
        try
        {
            while (true)
            {
                var at = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1);
                var visit = await visits.AskAsync(apiserver.EndPoint, RequestStep.Path, Patience, stop);
                if (answers != visit.Failure is null)
                {
                    answers = !answers;
                    Note(new DuringResult.Change(at, apiserver.Name, answers, visit.Failure ?? ""));
                }

                await Task.Delay(Interval, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    private void Note(DuringResult.Change change)
    {
        _changes.Enqueue(change);
        var what = change.Answers ? "answers again" : $"does not answer: {change.Detail}";
        tell(new ValidationProgress(FormattableString.Invariant($"{change.AtSeconds:0.0} s: {change.Apiserver} {what}"), IsLive: false));
    }
}
