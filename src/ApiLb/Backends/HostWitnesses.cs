using System.Net;
using ApiLb.Health;

namespace ApiLb.Backends;

/// <summary>
/// Tells a host that vanished from a network that did, which to each connection look alike. A host is believed to be silent when
/// another one was heard all the while, or when it stays silent for a second after others are heard again: a network that comes back
/// may take so long to each of its hosts, because addresses are resolved anew. All pools share one of these, because all hosts are
/// witnesses. Thread-safe.
/// </summary>
/// <param name="isOwn">Whether an address is one of this host: nothing between could fail, so it is no witness.</param>
internal sealed class HostWitnesses(Func<IPAddress, bool> isOwn)
{
    /// <summary>What is heard so soon after a silence began may have been on its way when the network went.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    /// <summary>Linux asks for a neighbour's address once a second (neigh/retrans_time_ms), and its timers may be a little late.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromSeconds(1.1);

    /// <summary>Others are asked with every check of a silent host: whoever was not heard for so long is silent too.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMilliseconds(700);

    private readonly Lock _lock = new();
    private volatile BackendPool[] _pools = [];
    public HostWitnesses()
        : this(IPAddress.IsLoopback)
    {
    }

    public void Join(BackendPool pool)
    {
        lock (_lock)
        {
            _pools = [.. _pools, pool];
        }
    }

    public void Leave(BackendPool pool)
    {
        lock (_lock)
        {
            _pools = [.. _pools.Where(p => p != pool)];
        }
    }

    /// <summary>A check of this backend begins: what was heard of others until now tells whether it can be answered.</summary>
    public void CheckBegins(Backend backend, TimeSpan now)
    {
        if (backend.Silence is { } silence)
        {
            silence.CountsFrom ??= now;
            Listen(backend, silence, now);
        }
    }

    /// <summary>Has all others checked at once. Whoever is there has answered before a check of the silent one ends.</summary>
    public void AskOthers(Backend backend)
    {
        foreach (var (pool, other) in OthersThan(backend))
        {
            pool.WantProbe(other);
        }
    }

    /// <summary>What a check of one host means in view of the others.</summary>
    /// <param name="backend">Whose check has ended.</param>
    /// <param name="result">How.</param>
    /// <param name="report">What it says by itself.</param>
    public HealthReport Judge(Backend backend, ProbeResult result, in HealthReport report)
    {
        if (report.Evidence != HealthEvidence.HostSilent)
        {
            backend.Silence = null;
            if (result.IsHostHeard)
            {
                backend.Hear(result.At);
            }

            return report;
        }

        var silence = backend.Silence ??= new HostSilence(result.At - result.Duration);
        if (result.IsOwnLinkDown)
        {
            silence.OwnLinkIsDown();
            return AllSilent(report, "the link of this host is down");
        }

        Listen(backend, silence, result.At);
        if (silence.IsWitnessed || result.At - silence.OthersSince >= Return || IsAlone(backend, silence))
        {
            return report;
        }

        AskOthers(backend);
        return AllSilent(report, "and it may be our own network: no other host has been heard all the while");
    }

    /// <summary>What was heard of others until now.</summary>
    private void Listen(Backend backend, HostSilence silence, TimeSpan now)
    {
        var from = silence.Since + Settling;
        var heard = OthersThan(backend).Select(other => other.Backend.Heard).OfType<Hearing>().Where(h => h.Last >= from && now - h.Last <= Recent).ToList();
        silence.OthersSince = heard.Count == 0 || silence.CountsFrom is not { } counts ? null
            : silence.OthersSince ?? Later(counts, heard.Min(h => h.Since));
        silence.IsWitnessed |= !silence.WasOwnLinkDown && heard.Exists(h => h.Since <= silence.Since);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static HealthReport AllSilent(in HealthReport report, string why) =>
        report with { Evidence = HealthEvidence.AllSilent, Cause = HealthCause.AllSilent, Detail = $"{report.Detail}, {why}" };

    /// <summary>Nobody else was there shortly before. A host that has been gone for long is no witness for or against.</summary>
    private bool IsAlone(Backend backend, HostSilence silence) =>
        !silence.WasOwnLinkDown && !OthersThan(backend).Any(other => other.Backend.Heard?.Last >= silence.Since - UsualGap(other.Pool));

    private static TimeSpan UsualGap(BackendPool pool) => 2 * (pool.Options.Health.Interval + pool.Options.Health.Timeout);

    private IEnumerable<(BackendPool Pool, Backend Backend)> OthersThan(Backend backend)
    {
        var host = HostOf(backend);
        foreach (var pool in _pools)
        {
            foreach (var other in pool.Snapshot.Backends)
            {
                if (other.Mode != OperatorMode.Maint && HostOf(other) is { } address && !address.Equals(host) && !isOwn(address))
                {
                    yield return (pool, other);
                }
            }
        }
    }

    private static IPAddress? HostOf(Backend backend) => (backend.EndPoint as IPEndPoint)?.Address;
}
