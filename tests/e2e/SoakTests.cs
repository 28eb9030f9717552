using ApiLb.EndToEndTests.Soak;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>
/// A balancer under load for a long time, while apiservers flap, die, vanish and restart and its configuration changes every few seconds:
/// clients are served, and when they have left, it has no more of anything than before they came. Curves: artifacts/soak.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class SoakTests(LabFixture fixture, ITestOutputHelper output)
{
    // A trouble breaks what its apiserver has begun to serve: at most the connections of a third of a second or so at the rate of the load.
    private const int BrokenByEach = 10;

    [Fact]
    public Task TwoMinutesOfTroubles_ClientsAreServedAndNothingIsLeft() => SoakAsync(SoakPlan.Short);

    // -explicit only -class ApiLb.EndToEndTests.SoakTests; tests/run extended does it.
    [Fact(Explicit = true)]
    public Task HalfAnHourOfTroubles_ClientsAreServedAndNothingIsLeft() => SoakAsync(SoakPlan.Long);

    private async Task SoakAsync(SoakPlan plan)
    {
        Prerequisites.Require("gnuplot", "ss");
        var lab = fixture.Lab;
        Assert.SkipUnless(lab.Balancer.Name == "apilb", "it reloads ApiLb and asks its runtime");

        var outcome = await new SoakRun(lab, plan).RunAsync();

        output.WriteLine(outcome.ToString());
        lab.Record(outcome.ToString());
        AssertServed(outcome);
        AssertReloaded(outcome);
        Assert.Equal(0, outcome.Closed("local_fault") + outcome.Closed("idle") + outcome.Closed("no_backend"));
        Assert.True(lab.IsControllerManagerRunning, "the controller manager has ended: it lost its lease");
    }

    private static void AssertServed(SoakOutcome outcome)
    {
        var figures = outcome.Figures;
        Assert.True(figures.Connections.Failed == 0, outcome.ToString());
        Assert.True(figures.Connections.FailedAfterFirstByte <= BrokenByEach * figures.Troubles.Breaking, outcome.ToString());
        Assert.True(figures.Http1Watches.Openings.NotReached == 0, outcome.ToString());
        Assert.True(figures.Http2Watches.Openings.NotReached == 0, outcome.ToString());
        Assert.Empty(figures.Unruly.TurnedAway);
        Assert.Empty(figures.Troubles.UndueCuts);
    }

    private static void AssertReloaded(SoakOutcome outcome)
    {
        var reloads = outcome.Figures.Reloads;
        Assert.Empty(reloads.Wrong);
        Assert.True(reloads.Applied > 0 && reloads.Refused > 0, outcome.ToString());
    }
}
