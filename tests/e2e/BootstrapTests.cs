using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>
/// A cluster from nothing behind a balancer that was there first: kubeadm waits for the first apiserver through it, and the others
/// join through it. It is started once and never told anything.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class BootstrapTests(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The pool has a DNS name, which does not resolve yet, and a kubeconfig that nobody can have made yet.</summary>
    private const string NobodyYet = "discovery: { dns: { name: cp.apilb.test, interval: 1s }, kubernetes: { kubeconfig: kubeconfig } }";

    // kubeadm asks every 500 ms.
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(2);

    private readonly List<ControlPlaneHost> _joined = [];
    private string _hosts = "";
    private DiscoveringApiLb _balancer = null!;

    private ControlPlaneHost First => fixture.Lab.Hosts[0];

    public async ValueTask InitializeAsync()
    {
        await fixture.Lab.ForgetClusterAsync();
        _hosts = Path.Combine(First.Root, "hosts");
        await File.WriteAllTextAsync(_hosts, "127.0.0.1 localhost\n");
        _balancer = fixture.Lab.StartDiscovering(LabHost.Balancer1, NobodyYet, _hosts);
    }

    public async ValueTask DisposeAsync()
    {
        await _balancer.DisposeAsync();
        foreach (var host in _joined)
        {
            await host.DisposeAsync();
        }

        await fixture.Lab.RecoverAsync();
    }

    [Fact]
    public async Task ApiserversStartedOneByOne_AreAllBehindTheBalancerThatWasThereFirst()
    {
        await NobodyIsServedAsync();
        await File.AppendAllTextAsync(_hosts, $"{LabHost.ControlPlane1.Address} cp.apilb.test\n");
        await _balancer.MembersBecomeAsync((LabHost.ControlPlane1.ApiEndPoint.ToString(), "dead"));
        await NobodyIsServedAsync();

        await InitAsync();
        await fixture.Lab.Cluster.WelcomeAsync();
        await fixture.Lab.WriteKubeconfigAsync(_balancer.Kubeconfig);
        await JoinAsync(LabHost.ControlPlane2);
        await JoinAsync(LabHost.ControlPlane3);
    }

    private async Task NobodyIsServedAsync()
    {
        var answer = await fixture.Lab.ClientOf(LabHost.Balancer1).RequestAsync("/healthz");

        Assert.Equal(ConnectionOutcome.FailedBeforeFirstByte, answer.Outcome);
        Assert.True(answer.Elapsed < SoonEnough, answer.ToString());
    }

    /// <summary>kubeadm init waits while the first apiserver starts, and goes on.</summary>
    private async Task InitAsync()
    {
        var waiting = First.Kubeadm.InitWaitAsync();
        First.StartApiServer();
        await fixture.Lab.ReadyAsync(First);
        var ready = Stopwatch.GetTimestamp();
        await waiting;

        Record(string.Create(CultureInfo.InvariantCulture, $"kubeadm init went on {Stopwatch.GetElapsedTime(ready).TotalSeconds:F2} s after the first apiserver was ready"));
        Assert.InRange(Stopwatch.GetElapsedTime(ready), TimeSpan.Zero, SoonEnough);
        fixture.Lab.StartControllerManager();
    }

    private async Task JoinAsync(LabHost host)
    {
        var joining = fixture.Lab.BlankHost(host);
        _joined.Add(joining);
        await fixture.Lab.Cluster.PrepareControlPlaneAsync(joining.Kubeadm, host.Name, host.Address.ToString());
        joining.StartApiServer();

        await fixture.Lab.ReadyAsync(joining);
        var ready = Stopwatch.GetTimestamp();
        await _balancer.MembersBecomeAsync(members => members.GetValueOrDefault(host.ApiEndPoint.ToString()) is "ready" or "warming");
        Record(string.Create(CultureInfo.InvariantCulture, $"{host.Name} was a member {Stopwatch.GetElapsedTime(ready).TotalSeconds:F2} s after it was ready"));
    }

    private void Record(string figure)
    {
        output.WriteLine(figure);
        fixture.Lab.Record(figure);
    }
}
