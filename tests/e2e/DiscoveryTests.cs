using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>An ApiLb that knows one apiserver, and learns of the others from the cluster.</summary>
[Collection(LabCollection.Name)]
public sealed class DiscoveryTests(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int ConnectionsPerSecond = 50;
    private const string Seed = "backends: [cp1=10.99.0.11:6443]\n    discovery: { kubernetes: { kubeconfig: kubeconfig } }";
    private const string Second = "10.99.0.12:6443";
    private const string Third = "10.99.0.13:6443";
    private const string Fourth = "10.99.0.14:6443";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ServesWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private DiscoveringApiLb _balancer = null!;

    public async ValueTask InitializeAsync()
    {
        await fixture.Lab.RecoverAsync();
        _balancer = fixture.Lab.StartDiscovering(LabHost.Balancer2, Seed);
        await fixture.Lab.WriteKubeconfigAsync(_balancer.Kubeconfig);
        await _balancer.MembersBecomeAsync(members => members.Keys.ToHashSet().SetEquals(["cp1", Second, Third]) && members.Values.All(IsServing));
    }

    public ValueTask DisposeAsync() => _balancer.DisposeAsync();

    [Fact]
    public async Task FourthApiserver_IsFollowedWhenItComesAndGoesAndNoConnectionFails()
    {
        await using var endpoints = fixture.Lab.Kubectl.Start(
            "endpoints", "get", "endpoints", "kubernetes", "--watch", "--output", "jsonpath={.subsets[*].addresses[*].ip}{'\\n'}");
        await using var fourth = fixture.Lab.AddHost(LabHost.ControlPlane4);
        await fourth.Kubeadm.PrepareAsync();
        await using var load = ConnectionLoad.Start(fixture.Lab.ClientOf(LabHost.Balancer2), ConnectionsPerSecond);

        fourth.StartApiServer($"--etcd-servers=https://{LabHost.ControlPlane1.Address}:2379");
        var added = await FollowsAsync(endpoints, names: true);
        await load.OpenForAsync(Settled);
        await fourth.StopApiServerAsync();
        var removed = await FollowsAsync(endpoints, names: false);
        await load.OpenForAsync(Settled);
        var report = await load.StopAsync();

        Record(string.Create(CultureInfo.InvariantCulture, $"fourth apiserver: a member {added.TotalSeconds:F2} s after the cluster named it, gone after {removed.TotalSeconds:F2} s\n  {report}"));
        Assert.True(report.Failed + report.FailedAfterFirstByte == 0, report.ToString());
        Assert.Equal(4, report.Servers.Count);
        Assert.InRange(added, TimeSpan.Zero, FollowsWithin);
        Assert.InRange(removed, TimeSpan.Zero, FollowsWithin);
    }

    [Fact]
    public async Task RestartWithoutAnyApiserver_ServesWithinASecondOfTheFirstReturn()
    {
        await Task.WhenAll(fixture.Lab.Hosts.Select(host => host.KillApiServerAsync()));
        await _balancer.RestartAsync();
        await _balancer.MembersBecomeAsync(("cp1", "dead"), (Second, "dead"), (Third, "dead"));

        // Not the one that the file names.
        fixture.Lab.Hosts[1].StartApiServer();
        var direct = FirstServedAsync(LabHost.ControlPlane2);
        var balanced = FirstServedAsync(LabHost.Balancer2);
        var late = Stopwatch.GetElapsedTime(await direct, await balanced);

        Record(string.Create(CultureInfo.InvariantCulture, $"restart without any apiserver: the first client was served {late.TotalSeconds:F2} s after cp2 served directly"));
        Assert.True(late < ServesWithin, $"{late} later than cp2 itself");
    }

    private static bool IsServing(string status) => status is "ready" or "warming";

    /// <summary>How long after the cluster has named the fourth apiserver, or left it out, the balancer has done so too.</summary>
    private async Task<TimeSpan> FollowsAsync(Processes.LabProcess endpoints, bool names)
    {
        var lines = endpoints.Log.Count(character => character == '\n');
        await Eventually.HoldsAsync($"the cluster {(names ? "names" : "leaves out")} {Fourth}", Patience, () =>
        {
            endpoints.EnsureRunning();
            var last = endpoints.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(lines - 1).LastOrDefault() ?? "";
            return Task.FromResult(last.Contains(LabHost.ControlPlane4.Address.ToString(), StringComparison.Ordinal) == names ? null : last);
        });
        var told = Stopwatch.GetTimestamp();
        await _balancer.MembersBecomeAsync(members => names ? IsServing(members.GetValueOrDefault(Fourth, "")) : !members.ContainsKey(Fourth));
        return Stopwatch.GetElapsedTime(told);
    }

    /// <summary>When a new client of it was first served.</summary>
    private async Task<long> FirstServedAsync(LabHost host)
    {
        var client = fixture.Lab.ClientOf(host);
        await Eventually.HoldsAsync($"{host.Name} serves", Patience, async () =>
        {
            var answer = await client.RequestAsync("/version");
            return answer.Outcome == ConnectionOutcome.Served ? null : answer.Detail;
        });
        return Stopwatch.GetTimestamp();
    }

    private void Record(string figure)
    {
        output.WriteLine(figure);
        fixture.Lab.Record(figure);
    }
}
