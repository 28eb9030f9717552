using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Health;

public sealed class HealthStateTests
{
    private static readonly HealthPolicy Policy =
        new(Fall: 2, Rise: 2, SlowStart: TimeSpan.FromSeconds(30), SilenceUntilDead: TimeSpan.FromSeconds(10));

    /// <summary>
    /// Each row: what is reported, one letter per second, and the status after each letter. Evidence: + ready, - not ready,
    /// s shutting down, u unreachable, h host silent, a all hosts silent, p process silent, c a client's connection failed.
    /// Status: ? unknown, R ready, W warming, S suspect, D draining, N not ready, X dead.
    /// </summary>
    [Theory]
    [InlineData("first pass is enough", "+", "R")]
    [InlineData("first answer that is not ready", "-", "N")]
    [InlineData("unknown until fall says dead", "uu", "?X")]
    [InlineData("fall - 1 failures, then a pass, never down (row 25)", "+-+-+u+h+", "RRRRRRRRR")]
    [InlineData("fall failures", "+--", "RRN")]
    [InlineData("down, rise - 1 passes, then a failure: stays down (row 26)", "+--+-+-", "RRNNNNN")]
    [InlineData("down, rise passes: back at once when it was never dead", "+--++", "RRNNR")]
    [InlineData("shutdown takes one answer", "+s", "RD")]
    [InlineData("a draining backend that answers ready again", "+s++", "RDDR")]
    [InlineData("a draining backend that goes away", "+sssuu", "RDDDDX")]
    [InlineData("refused, after fall", "+uu", "RRX")]
    [InlineData("host silent, after fall", "+hh", "RRX")]
    [InlineData("refused and host silent count together", "+uh", "RRX")]
    [InlineData("process silent, at once", "+p", "RN")]
    [InlineData("process silent for 10 s", "+ppppppppppp", "RNNNNNNNNNNX")]
    [InlineData("silence that an answer ends starts anew", "+pppppppppp-pppppppp", "RNNNNNNNNNNNNNNNNNNN")]
    [InlineData("a dead process stays dead while it is silent", "+uup", "RRXX")]
    [InlineData("different failures count together: out, but not dead", "+-u", "RRN")]
    [InlineData("different failures the other way round", "+u-", "RRN")]
    [InlineData("failures that alternate do not bring it back", "+-u-u-u", "RRNNNNN")]
    [InlineData("dead, and it answers that it is not ready", "+uu-", "RRXN")]
    [InlineData("dead, and it answers that it is shutting down", "+uus", "RRXD")]
    [InlineData("dead, rise passes, warming", "+uu++", "RRXXW")]
    [InlineData("dead, not ready, rise passes, still warming", "+uu-++", "RRXNNW")]
    [InlineData("dead, one pass, dead", "+uu+uu++", "RRXXXXXW")]
    [InlineData("warming keeps its status over one failure", "+uu++-+", "RRXXWWW")]
    [InlineData("warming falls like ready", "+uu++uu", "RRXXWWX")]
    [InlineData("a client's failure raises suspicion", "+c", "RS")]
    [InlineData("a pass clears it", "+c+", "RSR")]
    [InlineData("one failed check convicts nobody", "+c-", "RSS")]
    [InlineData("suspect and unreachable", "+cuu", "RSSX")]
    [InlineData("suspect and not ready", "+c--", "RSSN")]
    [InlineData("suspicion while warming leads back to warming", "+uu++c+", "RRXXWSW")]
    [InlineData("clients convict nobody (row 35)", "+cccccccc", "RSSSSSSSS")]
    [InlineData("clients do not count as checks", "+c-c+", "RSSSR")]
    [InlineData("clients do not matter to who is out", "+--c", "RRNN")]
    [InlineData("clients do not matter to the dead", "+uuc", "RRXX")]
    [InlineData("clients do not matter before the first check", "c", "?")]
    [InlineData("overloaded: out at once, never dead", "+bbbbbbbbbbbbb", "RNNNNNNNNNNNNN")]
    [InlineData("bytes on its connections end a silence", "+ppppppbpppppp", "RNNNNNNNNNNNNN")]
    public void Evidence_LeadsToStatus(string situation, string evidence, string expected)
    {
        HealthState state = new(Policy);

        var actual = string.Concat(evidence.Select((letter, second) => After(state, letter, second)));

        Assert.True(expected == actual, $"{situation}: reported {evidence}, expected {expected}, got {actual}");
    }

    /// <summary>As above; X: dead by silence, whose connections hang; x: dead, and what lives there, lives.</summary>
    [Theory]
    [InlineData("refused: its kernel has ended what was to end", "+uu", "RRx")]
    [InlineData("host silent, fall times", "+hh", "RRX")]
    [InlineData("one silence after a refusal proves nothing", "+uh", "RRx")]
    [InlineData("refused, and later silent", "+uuhh", "RRxxX")]
    [InlineData("process silent for 10 s", "+ppppppppppp", "RNNNNNNNNNNX")]
    [InlineData("silent, and then it refuses: once is enough", "+hhu", "RRXX")]
    [InlineData("all hosts silent: out, but nothing is cut", "+aaaaaaaaaaaaa", "RRxxxxxxxxxxxx")]
    [InlineData("all silent, and clients find out too", "+aaacc", "RRxxxx")]
    [InlineData("all silent, and then only this one", "+aaah", "RRxxX")]
    [InlineData("all silent at first, then only this one", "+ah", "RRX")]
    [InlineData("this one alone at first, then all", "+ha", "RRx")]
    [InlineData("dead by silence stays so when all others follow", "+hha", "RRXX")]
    [InlineData("all silent, and back", "+aaa++", "RRxxxW")]
    [InlineData("back, and refused", "+hh++uu", "RRXXWWx")]
    public void Death_IsSilentOrNot(string situation, string evidence, string expected)
    {
        HealthState state = new(Policy);

        var actual = string.Concat(evidence.Select((letter, second) =>
        {
            var status = After(state, letter, second);
            return status == 'X' && !state.Current.IsSilent ? 'x' : status;
        }));

        Assert.True(expected == actual, $"{situation}: reported {evidence}, expected {expected}, got {actual}");
    }

    [Fact]
    public void SilenceHeardBeforeTheReport_CountsToo()
    {
        HealthState state = new(Policy);
        Report(state, '+', 0);

        state.Report(Silence(TimeSpan.FromSeconds(3)), Seconds(5));
        Assert.Equal(HealthStatus.NotReady, state.Current.Status);
        state.Report(Silence(TimeSpan.FromSeconds(3)), Seconds(12));
        Assert.Equal(HealthStatus.Dead, state.Current.Status);
    }

    /// <summary>Suspect since second 5. What was connected before says nothing about new connections.</summary>
    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    [InlineData(5.1, true)]
    public void Suspicion_IsClearedByAConnectionOpenedSince(double openedAt, bool isCleared)
    {
        HealthState state = new(Policy);
        Report(state, '+', 0);
        Report(state, 'c', 5);

        state.Report(new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200") { OpenedAt = Seconds(openedAt) }, Seconds(6));

        Assert.Equal(isCleared ? HealthStatus.Ready : HealthStatus.Suspect, state.Current.Status);
    }

    [Fact]
    public void JoinedWhileServing_WarmsAtItsFirstPass()
    {
        HealthState state = new(Policy, warmsAtFirst: true);

        Report(state, '+', 0);

        Assert.Equal(HealthStatus.Warming, state.Current.Status);
    }

    [Fact]
    public void AlternatingResults_NeverFlip()
    {
        HealthState state = new(Policy);
        Report(state, '+', 0);

        var flips = Enumerable.Range(1, 600).Count(second => Report(state, second % 2 == 0 ? '+' : '-', second) is not null);

        Assert.Equal(0, flips);
    }

    [Fact]
    public void Flip_CarriesWhereItCameFromWhyAndWhen()
    {
        HealthState state = new(Policy);
        Report(state, '+', 1);

        var flip = state.Report(new HealthReport(HealthEvidence.ShuttingDown, HealthCause.ShuttingDown, "stopping"), Seconds(7));

        HealthSnapshot draining = new(HealthStatus.Draining, HealthCause.ShuttingDown, "stopping", Seconds(7));
        Assert.Equal(new HealthTransition(HealthStatus.Ready, draining), flip);
    }

    [Fact]
    public void SameStatus_IsNoFlipAndKeepsItsTime()
    {
        HealthState state = new(Policy);
        Report(state, '+', 1);

        Assert.Null(Report(state, '+', 2));
        Assert.Equal(Seconds(1), state.Current.Since);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1.5, 0.1)]
    [InlineData(15, 0.5)]
    [InlineData(29, 0.9667)]
    [InlineData(60, 1)]
    public void Warming_ShareGrowsOverSlowStart(double secondsLater, double share)
    {
        HealthState state = new(Policy);
        Feed(state, "+uu++");

        Assert.Equal(HealthStatus.Warming, state.Current.Status);
        Assert.Equal(share, state.Share(state.Current.Since + Seconds(secondsLater)), tolerance: 0.001);
    }

    [Fact]
    public void Warming_IsReadyAfterSlowStart()
    {
        HealthState state = new(Policy);
        Feed(state, "+uu++");

        Assert.Null(Report(state, '+', 33.9));
        Assert.Equal(HealthStatus.Ready, Report(state, '+', 34)?.To.Status);
    }

    [Fact]
    public void NoSlowStart_DeadComesBackAtFullShare()
    {
        HealthState state = new(Policy with { SlowStart = TimeSpan.Zero });
        Feed(state, "+uu++");

        Assert.Equal(HealthStatus.Ready, state.Current.Status);
        Assert.Equal(1, state.Share(Seconds(5)));
    }

    private static void Feed(HealthState state, string evidence)
    {
        for (var second = 0; second < evidence.Length; second++)
        {
            Report(state, evidence[second], second);
        }
    }

    private static char After(HealthState state, char evidence, int second)
    {
        Report(state, evidence, second);
        return state.Current.Status switch
        {
            HealthStatus.Unknown => '?',
            HealthStatus.Ready => 'R',
            HealthStatus.Warming => 'W',
            HealthStatus.Suspect => 'S',
            HealthStatus.Draining => 'D',
            HealthStatus.NotReady => 'N',
            _ => 'X',
        };
    }

    private static HealthTransition? Report(HealthState state, char letter, double second) =>
        state.Report(new HealthReport(EvidenceLetters.Read(letter), HealthCause.Passed, "test"), Seconds(second));

    private static HealthReport Silence(TimeSpan heard) => new(HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, "no answer", heard);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
