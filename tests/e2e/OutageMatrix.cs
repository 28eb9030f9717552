using ApiLb.EndToEndTests.Outages;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>Not a test: lab/matrix.sh runs it to measure each outage behind one balancer, and to write that into a table.</summary>
[Collection(LabCollection.Name)]
public sealed class OutageMatrix(LabFixture fixture)
{
    private const string OutputFile = "APILB_E2E_MATRIX";
    private const string Only = "APILB_E2E_MATRIX_ONLY";

    // Long enough to see a client's own remedies (30 s pings) coming, and short enough for the 35 s after which kubeadm's HAProxy cuts idle watches.
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(30);

    [Fact(Explicit = true)]
    public async Task EachOutage_GetsARow()
    {
        var file = Environment.GetEnvironmentVariable(OutputFile) is { Length: > 0 } named ? named : throw new InvalidOperationException(OutputFile + " names no file");
        var letters = Environment.GetEnvironmentVariable(Only) is { Length: > 0 } only ? only : "abcdef";
        foreach (var outage in Outage.Matrix.Where(outage => letters.Contains(outage.Name[0], StringComparison.Ordinal)))
        {
            var figures = await OutageRun.UnderTrafficAsync(
                fixture.Lab, outage, OutageTraffic.Full, (figures, _) => figures.WatchesThere.FollowAsync(WatchPatience));
            fixture.Lab.Record(figures.ToString());
            OutageTable.Add(file, outage.Name, fixture.Lab.Balancer.Name, figures);
        }
    }
}
