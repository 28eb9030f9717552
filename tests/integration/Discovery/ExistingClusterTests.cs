using System.Net;
using ApiLb.Configuration;
using ApiLb.Discovery;
using Xunit;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>
/// Against a real cluster, by hand: APILB_TEST_KUBECONFIG names a kubeconfig as `apilb kubeconfig` writes it, APILB_TEST_APISERVERS
/// the addresses of apiservers, of which the cluster must name the first.
/// </summary>
public sealed class ExistingClusterTests
{
    [Theory]
    [InlineData("endpoints")]
    [InlineData("nodes")]
    public async Task Cluster_NamesItsApiserverAndCanBeWatched(string source)
    {
        var kubeconfig = Environment.GetEnvironmentVariable("APILB_TEST_KUBECONFIG");
        var addresses = Environment.GetEnvironmentVariable("APILB_TEST_APISERVERS");
        Assert.SkipWhen(string.IsNullOrEmpty(kubeconfig) || string.IsNullOrEmpty(addresses), "APILB_TEST_KUBECONFIG and APILB_TEST_APISERVERS are not set");
        EndPoint[] asked = [.. addresses!.Split(',').Select(IPEndPoint.Parse)];
        var options = new KubernetesDiscoveryOptions { Kubeconfig = kubeconfig, Source = Enum.Parse<ClusterSource>(source, ignoreCase: true) };
        using KubernetesMemberSource discovery = new(options, () => asked, TimeProvider.System);

        var found = await discovery.LookAsync(CancellationToken.None);
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(3));
        var watching = await Record.ExceptionAsync(() => discovery.WaitForChangeAsync(enough.Token));

        Assert.True(found.TryGet(out var members, out var failure), failure?.Reason);
        Assert.Contains(asked[0], members.Select(m => m.Address));
        Assert.IsType<OperationCanceledException>(watching, exactMatch: false);
    }
}
