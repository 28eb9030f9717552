namespace ApiLb.Telemetry;

/// <summary>Turns a counter that only grows into a rate: the mean of a window. For one reader.</summary>
internal sealed class RateMeter(TimeSpan window)
{
    private readonly Queue<(TimeSpan At, long Total)> _samples = new();

    /// <param name="at">Monotonic time of the sample.</param>
    /// <param name="total">The counter now.</param>
    /// <returns>Growth per second.</returns>
    public double Sample(TimeSpan at, long total)
    {
        _samples.Enqueue((at, total));
        while (_samples.Count > 2 && at - _samples.Peek().At > window)
        {
            _samples.Dequeue();
        }

        var (since, before) = _samples.Peek();
        return at > since ? (total - before) / (at - since).TotalSeconds : 0;
    }
}
