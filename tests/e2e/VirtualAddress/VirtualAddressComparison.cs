using System.Globalization;
using Xunit;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Not a test: measures each mishap for ApiLb and for HAProxy as kubeadm documents it, and prints a row of docs/keepalived.md each.</summary>
[Collection(VirtualAddressCollection.Name)]
public sealed class VirtualAddressComparison(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public Task ApiLb_EachMishapGetsARow() => MeasureAsync(new ApiLbKind());

    [Fact(Explicit = true)]
    public Task HaProxy_EachMishapGetsARow() => MeasureAsync(new HaProxyKind());

    private async Task MeasureAsync(BalancerKind kind)
    {
        kind.RequirePrerequisites();
        await using var pair = await BalancerPair.UpAsync(kind);
        foreach (var mishap in Mishap.All)
        {
            var report = await mishap.UnderTrafficAsync(pair);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {mishap.Name} | {kind.Name} | {report.Served} | {report.Failures.Count} | {report.LongestGap.TotalSeconds:F2} s |"));
        }
    }
}
