using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>Keeps the members of every pool that discovers some. Run once; whoever runs it awaits it.</summary>
internal sealed class DiscoveryService
{
    private readonly IReadOnlyList<(PoolMembers Members, IReadOnlyList<SourceLoop> Loops)> _pools;

    /// <param name="options">The listeners, which are nobody's members, and the state directory.</param>
    /// <param name="pools">All; those without discovery are left alone.</param>
    /// <param name="apply">Makes these backends the pool's members; called for every change, for one pool one at a time.</param>
    /// <param name="time">The clock of all intervals and deadlines.</param>
    /// <param name="loggers">For one logger of each kind of part.</param>
    public DiscoveryService(
        ApiLbOptions options,
        IReadOnlyList<BackendPool> pools,
        Action<BackendPool, IReadOnlyList<BackendOptions>> apply,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var own = options.Listeners.SelectMany(l => l.Bind).OfType<IPEndPoint>().ToHashSet();
        var logger = loggers.CreateLogger<DiscoveryService>();
        _pools =
        [
            .. from pool in pools
               let discovery = pool.Options.Discovery
               where discovery is not null
               let lastGood = options.StateDirectory is { } directory ? new LastGoodMembers(directory, pool.Name, logger) : null
               let members = new PoolMembers(pool, m => apply(pool, m), lastGood, time, logger) { IsOwn = own.Contains, Tell = text => Told?.Invoke(pool, text) }
               select (members, (IReadOnlyList<SourceLoop>)LoopsOf(pool, discovery, members, time, logger)),
        ];
    }

    /// <summary>Raised when a source fails, recovers, or tells what is not believed; the text says which and why. Handlers do not throw.</summary>
    public event Action<BackendPool, string>? Told;

    /// <summary>Discovers until it is told to stop; returns at once when no pool does.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(_pools.Select(p => Task.Run(() => RunAsync(p.Members, p.Loops, stop), CancellationToken.None)));

    /// <summary>Takes in that the file's backends of the pools have changed. Only while it runs.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => Task.WhenAll(_pools.Select(p => p.Members.RefreshAsync(cancellationToken)));

    private static async Task RunAsync(PoolMembers members, IReadOnlyList<SourceLoop> loops, CancellationToken stop)
    {
        using (members)
        {
            await members.RestoreAsync(CancellationToken.None);
            await Task.WhenAll(loops.Select(l => l.RunAsync(stop)));
        }
    }

    private static List<SourceLoop> LoopsOf(
        BackendPool pool, DiscoveryOptions discovery, PoolMembers members, TimeProvider time, ILogger logger) =>
        SourcesOf(pool, discovery, time).ConvertAll(s => new SourceLoop(s, members, NewWaits(pool, time), logger));

    private static SourceWaits NewWaits(BackendPool pool, TimeProvider time) => new(pool, new Backoff(Random.Shared.NextDouble), time);

    private static List<IMemberSource> SourcesOf(BackendPool pool, DiscoveryOptions discovery, TimeProvider time)
    {
        var sources = new List<IMemberSource>();
        if (discovery.Kubernetes is { } kubernetes)
        {
            sources.Add(new KubernetesMemberSource(kubernetes, new PoolReach(pool).WhomToAsk, time));
        }

        if (discovery.Dns is { } dns)
        {
            sources.Add(new DnsMemberSource(dns, Dns.GetHostAddressesAsync, time));
        }

        return sources;
    }
}
