namespace ApiLb.Backends;

/// <summary>
/// What discovery did for one pool since the daemon started. Written by discovery, read at scrape time; thread-safe.
/// </summary>
internal sealed class DiscoveryCounters(IReadOnlyList<string> sources)
{
    private readonly long[][] _observations = [.. sources.Select(_ => new long[Enum.GetValues<DiscoveryResult>().Length])];
    private readonly long[] _lastSuccess = new long[sources.Count];
    private long _members;

    /// <summary>The sources that the pool has: <c>kubernetes</c>, <c>dns</c>.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>Members of the pool, those of the file included.</summary>
    public long Members
    {
        get => Volatile.Read(ref _members);
        set => Volatile.Write(ref _members, value);
    }

    public long Observations(int source, DiscoveryResult result) => Volatile.Read(ref _observations[source][(int)result]);

    /// <summary>When the source last told members, in Unix time; 0: never.</summary>
    public long LastSuccess(int source) => Volatile.Read(ref _lastSuccess[source]);

    public void Observed(string source, DiscoveryResult result) => Interlocked.Increment(ref _observations[IndexOf(source)][(int)result]);

    public void Succeeded(string source, DateTimeOffset at) => Volatile.Write(ref _lastSuccess[IndexOf(source)], at.ToUnixTimeSeconds());

    private int IndexOf(string source) => sources.Index().First(s => s.Item == source).Index;
}
