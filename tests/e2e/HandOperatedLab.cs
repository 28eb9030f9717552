using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>Not a test: lab/lab.sh runs it to bring the lab up for a human.</summary>
[Collection(LabCollection.Name)]
public sealed class HandOperatedLab(LabFixture fixture)
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromDays(30);

    [Fact(Explicit = true)]
    public async Task Up_StaysUntilToldToStop()
    {
        var stop = Path.Combine(LabDirectory.Root, "stop");
        await File.WriteAllTextAsync(Path.Combine(LabDirectory.Root, "up"), fixture.Lab.Balancer.Name);

        await Eventually.HoldsAsync($"{stop} exists", LongEnough, () => Task.FromResult(File.Exists(stop) ? null : "nothing"));
    }
}
