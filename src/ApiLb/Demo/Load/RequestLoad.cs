namespace ApiLb.Demo.Load;

/// <summary>Starts new requests at a steady pace, whether or not the earlier ones were answered: as many clients do.</summary>
/// <param name="connect">Makes a client's connection; each request has its own.</param>
/// <param name="counters">Where the results go.</param>
/// <param name="failed">Called with the reason when requests begin to fail.</param>
/// <param name="time">The clock of the pace.</param>
internal sealed class RequestLoad(Func<LoadConnection> connect, LoadCounters counters, Action<string> failed, TimeProvider time)
{
    private const int MaximumInFlight = 500;
    private const int Attempts = 3;

    /// <summary>Clients keep their connections for a while; without that there would be nothing to balance.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

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
        for (var attempt = 1; ; attempt++)
        {
            using var connection = connect();
            var answer = await connection.GetAsync("/api/v1/nodes", cancellationToken);
            if (answer.Result == LoadResult.Answered)
            {
                counters.Answered(time.GetElapsedTime(start));
                await Task.Delay(KeepAlive, time, cancellationToken);
                return;
            }

            if (answer.Result == LoadResult.Failed || attempt == Attempts)
            {
                if (counters.Failed())
                {
                    failed(answer.Reason);
                }

                return;
            }

            // As client-go does for a GET whose connection was reset: once more.
            counters.Cut();
        }
    }
}
