using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>
/// The members of one pool: takes what its sources tell, believes it as far as the guard does, and hands on every change. The
/// only place that writes the pool's discovery counters and its file. Thread-safe.
/// </summary>
internal sealed class PoolMembers : IDisposable
{
    private readonly BackendPool _pool;
    private readonly PoolReach _reach;
    private readonly Action<IReadOnlyList<BackendOptions>> _apply;
    private readonly LastGoodMembers? _lastGood;
    private readonly TimeProvider _time;
    private readonly SourceJournal _journal;
    private readonly DiscoveryCounters _counters;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, GuardState> _states;
    private IReadOnlyList<BackendOptions> _applied;

    /// <param name="pool">Whose file, health and counters are used.</param>
    /// <param name="apply">Makes these the pool's members; called for every change, one at a time.</param>
    /// <param name="lastGood">Null: nothing is kept over a restart.</param>
    /// <param name="time">Of the time stamps.</param>
    /// <param name="logger">For changes and transitions.</param>
    public PoolMembers(
        BackendPool pool, Action<IReadOnlyList<BackendOptions>> apply, LastGoodMembers? lastGood, TimeProvider time, ILogger logger)
    {
        _pool = pool;
        _reach = new PoolReach(pool);
        _apply = apply;
        _lastGood = lastGood;
        _time = time;
        _journal = new SourceJournal(pool.Name, logger, text => Tell(text));
        _counters = pool.Discovery ?? throw new ArgumentException("the pool discovers nothing", nameof(pool));
        _states = _counters.Sources.ToDictionary(s => s, _ => GuardState.Empty, StringComparer.Ordinal);

        // Not the file's alone: when discovery begins anew, what was discovered before stays until there is better.
        _applied = [.. pool.Snapshot.Backends.Select(b => b.Options)];
        _counters.Members = _applied.Count;
    }

    public string Pool => _pool.Name;

    /// <summary>Which addresses are listeners of this balancer itself.</summary>
    public Predicate<IPEndPoint> IsOwn { get; init; } = _ => false;

    /// <summary>Gets every transition of a source, for whoever asks later.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>Begins with what an earlier run believed. Called once, before anything is taken.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_lastGood is null)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var (source, members) in await _lastGood.LoadAsync(cancellationToken))
            {
                if (_states.ContainsKey(source))
                {
                    _states[source] = new GuardState(MemberFilter.Filter(members, IsOwn, out _));
                    _journal.Restored(source, _states[source].Members);
                }
            }

            ApplyIfChanged();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes in that the file's backends have changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ApplyIfChanged();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes in one look at a source.</summary>
    public async Task<DiscoveryResult> TakeAsync(string source, DiscoveredMembers found, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!found.TryGet(out var members, out var failure))
            {
                _journal.Failed(source, failure);
                _counters.Observed(source, failure.Result);
                return failure.Result;
            }

            var decision = Decide(source, members);
            _counters.Observed(source, decision.Result);
            _counters.Succeeded(source, _time.GetUtcNow());
            ApplyIfChanged();
            if (decision.Result == DiscoveryResult.Applied || decision.Added.Count > 0)
            {
                await SaveAsync(cancellationToken);
            }

            return decision.Result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes in that a source tells its members but not their changes.</summary>
    public void WaitFailed(string source, DiscoveryFailure failure)
    {
        _counters.Observed(source, failure.Result);
        _journal.WaitFailed(source, failure);
    }

    public void Dispose() => _turn.Dispose();

    private GuardDecision Decide(string source, IReadOnlyList<Member> found)
    {
        var members = MemberFilter.Filter(found, IsOwn, out var refused);
        var decision = MembershipGuard.Decide(_states[source], members, Recycles(source) ? _ => false : _reach.Answers);
        _states[source] = decision.State;
        _journal.Observed(source, refused, decision);
        return decision;
    }

    /// <summary>A pod's address may soon be another's: that somebody answers there does not tell that the member lives.</summary>
    private bool Recycles(string source) =>
        source == DiscoveryOptions.KubernetesSource && _pool.Options.Discovery?.Kubernetes?.Source == ClusterSource.Service;

    private void ApplyIfChanged()
    {
        var members = MemberUnion.Of(_pool.Options.Backends, _pool.Snapshot.Backends, _states.Values.SelectMany(s => s.Members));
        if (!members.SequenceEqual(_applied))
        {
            _apply(members);
            _applied = members;
            _counters.Members = members.Count;
        }
    }

    private Task SaveAsync(CancellationToken cancellationToken) =>
        _lastGood?.SaveAsync(_states.Select(s => KeyValuePair.Create(s.Key, s.Value.Members)), cancellationToken) ?? Task.CompletedTask;
}
