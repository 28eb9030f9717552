namespace ApiLb.Transport;

/// <summary>
/// Bytes relayed for one backend, counted while they flow: one cell for each reactor, so that no two threads share a cache
/// line. Reactors add, anyone sums.
/// </summary>
internal sealed class RelayTotals
{
    private const int Shards = 8;
    private const int CellsPerShard = 16;

    private readonly long[] _cells = new long[(Shards + 1) * CellsPerShard];

    public long BytesToBackend => Sum(0);

    public long BytesToClient => Sum(1);

    /// <param name="shard">The reactor's index.</param>
    /// <param name="toBackend">Bytes, at least 0.</param>
    /// <param name="toClient">Bytes, at least 0.</param>
    public void Add(int shard, long toBackend, long toClient)
    {
        var cell = ((shard % Shards) + 1) * CellsPerShard;
        if (toBackend > 0)
        {
            Interlocked.Add(ref _cells[cell], toBackend);
        }

        if (toClient > 0)
        {
            Interlocked.Add(ref _cells[cell + 1], toClient);
        }
    }

    private long Sum(int offset)
    {
        long sum = 0;
        for (var shard = 1; shard <= Shards; shard++)
        {
            sum += Volatile.Read(ref _cells[(shard * CellsPerShard) + offset]);
        }

        return sum;
    }
}
