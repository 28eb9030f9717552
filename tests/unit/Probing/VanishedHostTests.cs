using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Probing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Probing;

/// <summary>
/// How long it takes at worst until a host that vanished without any traffic is known to be gone, whenever between two checks it dies:
/// the real loops, witnesses, states and <see cref="AckWatch"/>, with the default timing, every interval as long as it can be.
/// </summary>
public sealed class VanishedHostTests(ITestOutputHelper output)
{
    /// <summary>Promised are 4 s. The rest is for a machine that is late.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3.8);

    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan DuringACheck = TimeSpan.FromMilliseconds(150);
    private static readonly HealthOptions Health = new() { Type = HealthCheckType.KubeApiserver };

    /// <param name="freshEvery">How many checks share a connection.</param>
    /// <param name="othersLater">By how much the checks of the others come after the victim's, ms.</param>
    /// <param name="answersIn">How long the process takes, ms.</param>
    [Theory]
    [InlineData(10, 0, 5)]
    [InlineData(10, 700, 5)]
    [InlineData(10, 1400, 100)]
    [InlineData(1, 0, 5)]
    [InlineData(1, 700, 30)]
    [InlineData(1, 1400, 5)]
    public void DiesAtAnyMomentBetweenTwoChecks_IsKnownToBeGoneInTime(int freshEvery, int othersLater, int answersIn)
    {
        var (worst, worstPhase) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var phase = TimeSpan.Zero; phase < Health.Interval; phase += phase < DuringACheck ? Grain : 10 * Grain)
        {
            var took = TimeToDeath(phase, freshEvery, TimeSpan.FromMilliseconds(othersLater), TimeSpan.FromMilliseconds(answersIn));
            (worst, worstPhase) = took > worst ? (took, phase) : (worst, worstPhase);
        }

        output.WriteLine($"at worst {worst.TotalMilliseconds} ms, for a death {worstPhase.TotalMilliseconds} ms after a check began");
        Assert.InRange(worst, TimeSpan.FromSeconds(2), Bound);
    }

    private static TimeSpan TimeToDeath(TimeSpan phase, int freshEvery, TimeSpan othersLater, TimeSpan answersIn)
    {
        using StepwiseThread thread = new();
        FakeTime time = new();
        PoolOptions options = new()
        {
            Name = "control-plane",
            Health = Health,
            Backends = [.. Enumerable.Range(1, 3).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress($"10.0.0.{i}", 6443) })],
        };
        BackendPool pool = new(options, time, NullLogger<BackendPool>.Instance);
        ProbeSchedule schedule = new(Health, () => 1);
        Dictionary<Backend, ProbeAlarm> alarms = [];
        pool.ProbeWanted += backend => alarms[backend].Ring();
        using CancellationTokenSource stop = new();
        List<Task> loops = [];
        var victim = Start(pool.Snapshot.Backends[0]);
        Pass(othersLater);
        Start(pool.Snapshot.Backends[1]);
        Start(pool.Snapshot.Backends[2]);

        // The third check of the victim and what follows: the first ones are made in another way, because the pool was never ready.
        Pass(Health.Interval * 2 - othersLater);
        victim.DiesAt = pool.Now + phase;
        TimeSpan? known = null;
        pool.Transitioned += t => known ??= t.Transition.To.IsSilent ? pool.Now : null;
        while (known is null && pool.Now - victim.DiesAt < GiveUp)
        {
            Pass(Grain);
        }

        stop.Cancel();
        thread.Run();
        return (known ?? pool.Now) - victim.DiesAt;

        ModelHost Start(Backend backend)
        {
            ModelHost host = new(time, answersIn, freshEvery) { Unheard = () => pool.AskOthers(backend) };
            ProbeLoop loop = new(new BackendCheck(backend, host, Health.Timeout, time, NullLogger.Instance), backend, pool, schedule, NullLogger.Instance);
            alarms[backend] = new ProbeAlarm(time);
            loops.Add(loop.RunAsync(alarms[backend], stop.Token));
            thread.Run();
            return host;
        }

        void Pass(TimeSpan by)
        {
            for (var end = pool.Now + by; pool.Now < end;)
            {
                time.Advance(Grain);
                thread.Run();
            }
        }
    }
}
