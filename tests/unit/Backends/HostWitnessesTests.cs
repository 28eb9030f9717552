using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

/// <summary>
/// Three hosts a, b and c, each heard at second 0, and what follows as one line: who, what, at which tenth of a second.
/// <c>a(20</c> a check of a begins, <c>a-28</c> it ends unheard, <c>a+28</c> it ends with an answer, <c>a!28</c> it ends unheard and this host's link is down.
/// </summary>
public sealed class HostWitnessesTests
{
    private readonly FakeTime _time = new();
    private readonly HostWitnesses _witnesses = new();
    private readonly TimeSpan _start;
    private readonly Dictionary<char, (BackendPool Pool, Backend Backend)> _hosts = [];
    private readonly List<string> _asked = [];
    private readonly Dictionary<Backend, TimeSpan> _began = [];

    public HostWitnessesTests() => _start = _time.GetElapsedTime(0);

    [Theory]
    [InlineData("all at once", "a(3 b(3 c(3 a-11 b-11 c-11 a(12 b(12 c(12 a-15 b-15 c-15 a(20 b(20 c(20 a-23 b-23 c-23")]
    [InlineData("one after the other, as their checks come", "a(3 a-11 a(12 b(12 c(12 a-15 b-20 c-20 a(20 b(21 c(21 a-23 b-24 c-24")]
    [InlineData("the network is back, and a comes second", "a(3 b(3 c(3 a-11 b-11 c-11 a(12 b(12 b+13 a-15 a(16 b(16 b+17 a-19 a(20 a+21")]
    [InlineData("b was on its way when the network went", "a(3 b(3 b+4 a-11 a(12 b(12 b-20 a-15 a(16 a-19")]
    [InlineData("the network comes back and goes again", "a(3 a-11 a(12 b(12 b+13 a-15 a(16 a-19 a(22 a-25 a(26 a-29 a(30 a-33")]
    [InlineData("our own link, as the kernel says, although b on another one is heard", "a(3 b(3 b+3 b(6 b+6 b(9 b+9 b(11 b+11 a!11 a(12 a!15 b(16 b+16 a(20 a!23")]
    [InlineData("our own link was down, and comes back to a last", "a(3 b(3 b+3 b(6 b+6 b(9 b+9 b(11 b+11 a!11 a(12 b(12 b+12 a-15 b(15 b+15 a(16 a-19")]
    public void SilenceThatMayBeOurs_CutsNothing(string situation, string line)
    {
        InOnePool("abc");

        Play(line);

        Assert.False(_hosts['a'].Backend.Health.Current.IsSilent, situation);
    }

    [Theory]
    [InlineData("b is heard all the while", "b(1 b+1 a(3 b(4 b+4 b(7 b+7 b(10 b+10 a-11 a(12 a-15")]
    [InlineData("b is heard when it is asked, and a is not within a second", "a(3 a-11 b(11 b+12 a(12 b(14 b+15 a-15 a(16 b(17 b+18 a-19 a(20 a-24")]
    [InlineData("b refuses: its host is there", "b(1 b.1 a(3 b(4 b.4 b(7 b.7 b(10 b.10 a-11 a(12 a-15")]
    [InlineData("b went too, c is there", "c(1 c+1 a(3 b(3 c(4 c+4 c(7 c+7 c(10 c+10 a-11 b-11 a(12 b(12 a-15 b-15")]
    [InlineData("all were silent, then b was there again, and a was not", "a(3 b(3 c(3 a-11 b-11 c-11 a(12 a-15 b(20 b+20 a(21 a-24 b(25 b+25 a(26 a-29 b(30 b+30 a(31 a-34")]
    [InlineData("our own link was down, and a does not come back", "a(3 a!11 b(12 b+12 a(13 a-16 b(16 b+16 a(17 a-20 b(20 b+20 a(21 a-24")]
    public void SilenceOfOneHost_IsItsOwn(string situation, string line)
    {
        InOnePool("abc");

        Play(line);

        var health = _hosts['a'].Backend.Health.Current;
        Assert.True(health is { Status: HealthStatus.Dead, IsSilent: true }, $"{situation}: {health}");
    }

    [Fact]
    public void OnlyHost_IsBelievedWithoutWitness()
    {
        InOnePool("a");

        Play("a(3 a-11 a(12 a-15");

        Assert.True(_hosts['a'].Backend.Health.Current.IsSilent);
    }

    /// <summary>Two checks and their time-outs before: the others were gone already, so this is not everybody at once.</summary>
    [Fact]
    public void OthersLongGone_IsBelievedWithoutWitness()
    {
        InOnePool("ab");

        Play("a(150 a+151 a(170 a-178 a(179 a-182");

        Assert.True(_hosts['a'].Backend.Health.Current.IsSilent);
    }

    [Fact]
    public void HostOfAnotherPool_IsAWitness()
    {
        Add('a', NewPool("one", "10.0.0.1"));
        Add('b', NewPool("two", "10.0.0.2"));

        Play("a(3 a-11 a(12 a-15");
        Assert.False(_hosts['a'].Backend.Health.Current.IsSilent);
        Play("b(16 b+17 a(18 b(20 b+21 a-21 a(22 b(24 b+25 a-25 a(27 a-30");

        Assert.True(_hosts['a'].Backend.Health.Current.IsSilent);
        Assert.Contains("two/two0", _asked);
    }

    [Fact]
    public void AnotherPortOfTheSameHost_IsNoWitness()
    {
        Add('a', NewPool("one", "10.0.0.1"));
        Add('A', NewPool("two", "10.0.0.1"));
        Add('b', NewPool("three", "10.0.0.2"));

        Play("A(1 A+1 a(3 A(4 A+4 A(7 A+7 A(10 A+10 a-11 a(12 a-15");

        Assert.False(_hosts['a'].Backend.Health.Current.IsSilent);
    }

    [Fact]
    public void PoolThatWasRetired_IsNoWitness()
    {
        Add('a', NewPool("one", "10.0.0.1"));
        Add('b', NewPool("two", "10.0.0.2"));

        _hosts['b'].Pool.Retire();
        Play("a(3 a-11 a(12 a-15");

        Assert.True(_hosts['a'].Backend.Health.Current.IsSilent);
    }

    [Fact]
    public void AllSilent_IsOneAlarmUntilOneIsHeard()
    {
        var pool = InOnePool("abc");
        List<PoolAlarm> alarms = [];
        pool.AlarmChanged += (_, alarm) => alarms.Add(alarm);

        Play("a(3 b(3 c(3 a-11 b-11 c-11 a(12 b(12 c(12 a-15 b-15 c-15 a(20 b(20 c(20 a+21 b+21 c+21 a(25 a+26");

        Assert.Equal([PoolAlarm.AllSilent, PoolAlarm.None], alarms);
    }

    [Fact]
    public void AllDeadButOneByItself_IsNotCalledAllSilent()
    {
        var pool = InOnePool("ab");

        Play("b(3 b.4 b(6 b.6 b(9 b.9 a(10 b(12 b.12 b(15 b.15 a-18 b(18 b.18 a(19 a-22");

        Assert.Equal(PoolAlarm.NobodyAlive, pool.Snapshot.Alarm);
    }

    private BackendPool InOnePool(string hosts)
    {
        var pool = NewPool("cp", [.. hosts.Select((_, i) => $"10.0.0.{i + 1}")]);
        for (var i = 0; i < hosts.Length; i++)
        {
            _hosts.Add(hosts[i], (pool, pool.Snapshot.Backends[i]));
        }

        Play(string.Join(' ', hosts.Select(host => $"{host}(0 {host}+0")));
        return pool;
    }

    private void Add(char host, BackendPool pool)
    {
        _hosts.Add(host, (pool, pool.Snapshot.Backends[0]));
        Play($"{host}(0 {host}+0");
    }

    private BackendPool NewPool(string name, params string[] addresses)
    {
        PoolOptions options = new()
        {
            Name = name,
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver },
            Backends = [.. addresses.Select((address, i) => new BackendOptions { Name = name + i, Address = new BackendAddress(address, 6443) })],
        };
        var pool = new BackendPool(options, _time, NullLogger<BackendPool>.Instance, _witnesses);
        pool.ProbeWanted += backend => _asked.Add(backend.ToString());
        return pool;
    }

    private void Play(string line)
    {
        foreach (var word in line.Split(' '))
        {
            var at = _start + (TimeSpan.FromMilliseconds(100) * int.Parse(word[2..], System.Globalization.CultureInfo.InvariantCulture));
            var now = _time.GetElapsedTime(0);
            if (at > now)
            {
                _time.Advance(at - now);
            }

            var (pool, backend) = _hosts[word[0]];
            if (word[1] == '(')
            {
                _began[backend] = pool.Now;
                pool.BeginProbe(backend);
            }
            else
            {
                pool.RecordProbe(backend, Result(word[1], pool.Now - _began[backend], pool.Now));
            }
        }
    }

    private static ProbeResult Result(char word, TimeSpan duration, TimeSpan at) => word switch
    {
        '+' => new(new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"), ProbeLayer.L7, 200, duration, at),
        '.' => new(new HealthReport(HealthEvidence.Unreachable, HealthCause.Refused, "refused"), ProbeLayer.L4, null, duration, at),
        _ => new(new HealthReport(HealthEvidence.HostSilent, HealthCause.Unacknowledged, "nothing is acknowledged"), ProbeLayer.L4, null, duration, at)
        {
            IsOwnLinkDown = word == '!',
        },
    };
}
