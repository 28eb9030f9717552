using System.Reflection;
using ApiLb.BehaviourTests.Balancers;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>Makes a test a row of the table: it runs once for each balancer under test and gets its name.</summary>
/// <param name="number">The behaviour's number; several tests may share one.</param>
/// <param name="stimulus">What happens.</param>
/// <param name="expected">What must come of it, in one sentence.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RowAttribute(int number, string stimulus, string expected) : DataAttribute
{
    /// <summary>Names, separated by commas, of the balancers that a test run covers.</summary>
    private const string Choice = "APILB_BEHAVIOURS_BALANCERS";

    public int Number { get; } = number;

    public string Stimulus { get; } = stimulus;

    public string Expected { get; } = expected;

    /// <summary>What a balancer must have for the row to apply.</summary>
    public Feature Needs { get; set; }

    /// <summary>Why it is right to ask for this although no peer does it, or what is smaller here than in the field.</summary>
    public string Note { get; set; } = "";

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var chosen = Environment.GetEnvironmentVariable(Choice) is { Length: > 0 } names ? names.Split(',') : [Balancer.ApiLb];
        var missing = Prerequisites.FindMissing(chosen);
        IReadOnlyCollection<ITheoryDataRow> rows = [.. chosen.Select(name => new TheoryDataRow<string>(name) { Skip = missing ?? WhyNot(name) })];
        return ValueTask.FromResult(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;

    /// <summary>Why the row does not apply to a balancer; null when it does.</summary>
    public string? WhyNot(string balancer) => Balancer.Of(balancer).WhyNot(Needs);
}
