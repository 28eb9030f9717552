namespace ApiLb.Backends;

/// <summary>
/// Closes many connections of one backend without a wave: a few in each round of the reactors, so that other connections
/// wait for at most a few closes, and above some thousands at a bounded rate, as every client comes back at once.
/// </summary>
/// <param name="roundOver">Completes when every reactor has come round.</param>
/// <param name="time">The clock of the pauses.</param>
internal sealed class PacedClose(Func<Task> roundOver, TimeProvider time)
{
    /// <summary>About two milliseconds of one reactor's time.</summary>
    public const int Batch = 64;

    /// <summary>As many as are closed without a pause.</summary>
    public const int AtOnce = 2048;

    /// <summary>So often are connections closed when a pace is asked for.</summary>
    private const int StepsPerSecond = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Closes the connections that are open now, the youngest first.</summary>
    /// <param name="connections">Of the backend.</param>
    /// <param name="reason">Why, for each of them.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>How many were told to close.</returns>
    public Task<int> CloseAsync(ConnectionTracker connections, CloseReason reason, CancellationToken stop) =>
        CloseAsync(connections, reason, Batch, Pause, AtOnce, stop);

    /// <summary>The same, so many in a second, evenly.</summary>
    /// <param name="connections">Of the backend.</param>
    /// <param name="reason">Why, for each of them.</param>
    /// <param name="perSecond">At least 1.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>How many were told to close.</returns>
    public Task<int> CloseAsync(ConnectionTracker connections, CloseReason reason, int perSecond, CancellationToken stop)
    {
        var batch = Math.Clamp(perSecond / StepsPerSecond, 1, Batch);
        return CloseAsync(connections, reason, batch, TimeSpan.FromSeconds((double)batch / perSecond), batch, stop);
    }

    private async Task<int> CloseAsync(ConnectionTracker connections, CloseReason reason, int batch, TimeSpan pause, int atOnce, CancellationToken stop)
    {
        var all = connections.ToArray();
        var closed = 0;
        for (var begin = 0; begin < all.Length; begin += batch)
        {
            if (begin >= atOnce)
            {
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested)
            {
                break;
            }

            var end = Math.Min(begin + batch, all.Length);
            for (var i = begin; i < end; i++)
            {
                closed += all[i].Close(reason) ? 1 : 0;
            }

            await roundOver();
        }

        return closed;
    }
}
