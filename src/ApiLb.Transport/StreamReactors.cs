using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// The reactors of streams: threads of their own, so that whatever is done with requests never stands in the way of a relay. They are
/// started when the first is asked for. Thread-safe.
/// </summary>
internal sealed class StreamReactors(TcpTransportOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private volatile Reactor[] _all = [];
    private uint _next;

    /// <summary>Those that run; none before the first stream.</summary>
    public IReadOnlyList<Reactor> Running => _all;

    /// <summary>In turn.</summary>
    public Reactor Next()
    {
        var all = _all.Length > 0 ? _all : Start();
        return all[Interlocked.Increment(ref _next) % (uint)all.Length];
    }

    public void Dispose()
    {
        foreach (var reactor in _all)
        {
            reactor.Stop();
        }
    }

    private Reactor[] Start()
    {
        lock (_lock)
        {
            if (_all.Length == 0)
            {
                _all = [.. Enumerable.Range(0, options.Reactors).Select(i => Reactor.Started($"apilb-streams-{i}", i, maxPipes: 0, options, time, logger))];
            }

            return _all;
        }
    }
}
