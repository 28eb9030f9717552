namespace ApiLb.BehaviourTests.Actors;

/// <summary>How far a sender has come.</summary>
internal sealed class Progress
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Waits until nothing has moved for half a second.</summary>
    public async Task StopsAsync()
    {
        var (last, since) = (-1L, TimeProvider.System.GetTimestamp());
        await Eventually.HoldsAsync(
            () =>
            {
                if (Bytes != last)
                {
                    (last, since) = (Bytes, TimeProvider.System.GetTimestamp());
                }

                return Bytes > 0 && TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMilliseconds(500);
            },
            () => $"never stalled: {Bytes} B sent");
    }
}
