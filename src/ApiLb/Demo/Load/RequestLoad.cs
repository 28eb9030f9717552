namespace ApiLb.Demo.Load;

/// <summary>Starts new requests at a steady pace, whether or not the earlier ones were answered: as many clients do.</summary>
internal sealed class RequestLoad(LoadClient client, LoadCounters counters, Action<string> failed, TimeProvider time)
{
    private const int MaximumInFlight = 500;
    private const int Attempts = 3;

    /// <exception cref="OperationCanceledException">The demo ended; requests still under way count for nothing.</exception>
    public async Task RunAsync(int perSecond, CancellationToken cancellationToken)
    {
        if (perSecond == 0)
        {
            return;
        }

        var inFlight = new List<Task>();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), time);
        try
        {
            while (await pace.WaitForNextTickAsync(cancellationToken))
            {
                inFlight.RemoveAll(request => request.IsCompletedSuccessfully);
                if (inFlight.Count < MaximumInFlight)
                {
                    inFlight.Add(RequestAsync(cancellationToken));
                }
            }
        }
        finally
        {
            await Task.WhenAll(inFlight);
        }
    }

    private async Task RequestAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var answer = await client.GetAsync("/api/v1/nodes", cancellationToken);
        for (var attempt = 1; answer.Result == LoadResult.Cut && attempt < Attempts; attempt++)
        {
            // As client-go does for a GET whose connection was reset.
            counters.Cut();
            answer = await client.GetAsync("/api/v1/nodes", cancellationToken);
        }

        if (answer.Result == LoadResult.Answered)
        {
            counters.Answered(time.GetElapsedTime(start));
            return;
        }

        counters.Failed();
        failed(answer.Reason);
    }
}
