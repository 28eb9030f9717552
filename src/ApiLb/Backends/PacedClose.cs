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

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Closes the connections that are open now, the youngest first.</summary>
    /// <param name="connections">Of the backend.</param>
    /// <param name="reason">Why, for each of them.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>How many were told to close.</returns>
    public async Task<int> CloseAsync(ConnectionTracker connections, CloseReason reason, CancellationToken stop)
    {
        var all = connections.ToArray();
        var closed = 0;
        for (var begin = 0; begin < all.Length; begin += Batch)
        {
            if (begin >= AtOnce)
            {
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested)
            {
                break;
            }

            var end = Math.Min(begin + Batch, all.Length);
            for (var i = begin; i < end; i++)
            {
                closed += all[i].Close(reason) ? 1 : 0;
            }

            await roundOver();
        }

        return closed;
    }
}
