namespace ApiLb.Telemetry;

/// <summary>What happened to the requests of one route. Written by requests on any thread, read at scrape time.</summary>
/// <param name="listener">Where they come in.</param>
/// <param name="route">The condition of the route, or <c>default</c>.</param>
/// <param name="pool">Who serves them; empty: the listener itself.</param>
internal sealed class RouteCounters(string listener, string route, string pool)
{
    /// <summary>The first digit of a status is 1 to 5; 0: no answer.</summary>
    public const int StatusClasses = 6;

    private readonly long[] _requests = new long[StatusClasses];
    private readonly long[] _failures = new long[Enum.GetValues<RequestFailure>().Length];
    private long _active;

    public string Listener { get; } = listener;

    public string Route { get; } = route;

    public string Pool { get; } = pool;

    /// <summary>Requests now being served.</summary>
    public long Active => Volatile.Read(ref _active);

    public long Requests(int statusClass) => Volatile.Read(ref _requests[statusClass]);

    public long Failures(RequestFailure failure) => Volatile.Read(ref _failures[(int)failure]);

    public void Begun() => Interlocked.Increment(ref _active);

    /// <param name="status">As the client got it; 0: it got none.</param>
    /// <param name="failure">What was wrong.</param>
    public void Ended(int status, RequestFailure failure)
    {
        Interlocked.Decrement(ref _active);
        Interlocked.Increment(ref _requests[Math.Clamp(status / 100, 0, StatusClasses - 1)]);
        if (failure != RequestFailure.None)
        {
            Interlocked.Increment(ref _failures[(int)failure]);
        }
    }

    public bool IsSameAs(RouteCounters other) => Listener == other.Listener && Route == other.Route && Pool == other.Pool;
}
