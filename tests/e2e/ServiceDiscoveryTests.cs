using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>An ApiLb whose members are those who serve a Service. What serves it are the apiservers, by other names.</summary>
[Collection(LabCollection.Name)]
public sealed class ServiceDiscoveryTests(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Rights = "--services";
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    // Of its own: the one of an earlier test is deleted in the background.
    private readonly string _namespace = $"shop-{Guid.NewGuid():N}";

    private DiscoveringApiLb? _balancer;

    public async ValueTask InitializeAsync()
    {
        await fixture.Lab.RecoverAsync();
        await fixture.Lab.Kubectl.ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Namespace
            metadata: { name: {{_namespace}} }
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: web, namespace: {{_namespace}} }
            spec: { type: NodePort, ports: [{ name: https, port: 443 }, { name: metrics, port: 9000 }] }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await (_balancer?.DisposeAsync() ?? ValueTask.CompletedTask);
        await fixture.Lab.Kubectl.RunAsync("delete", "nodes", "--selector", "lab=service-discovery");
        await fixture.Lab.Kubectl.RunAsync("delete", "namespace", _namespace, "--wait=false");
    }

    [Fact]
    public async Task ServiceByNumber_IsServedByItsOwnZoneAndByTheOtherWhenThatEnds()
    {
        await PutSliceAsync(firstIsReady: true);
        await StartAsync($"source: service, service: {_namespace}/web, servicePort: 443, zone: a", Rights, _namespace);
        await _balancer!.MembersBecomeAsync(("web-a", "ready"), ("web-b", "ready"));
        Assert.Equal(["cp1"], await ServersAsync());

        await PutSliceAsync(firstIsReady: false);
        var changed = Stopwatch.GetTimestamp();
        await _balancer.MembersBecomeAsync(("web-b", "ready"));
        var follows = Stopwatch.GetElapsedTime(changed);

        Record(string.Create(CultureInfo.InvariantCulture, $"service: a member that is not ready was gone {follows.TotalSeconds:F2} s after kubectl had said so"));
        Assert.Equal(["cp2"], await ServersAsync());
        Assert.InRange(follows, TimeSpan.Zero, FollowsWithin);
    }

    [Fact]
    public async Task NodePort_HasTheReadyNodesThatTakeTrafficFromOutside()
    {
        await PutNodeAsync("w1", LabHost.ControlPlane1, "True");
        await PutNodeAsync("w2", LabHost.ControlPlane2, "False");
        await PutNodeAsync("w3", LabHost.ControlPlane3, "True", "node.kubernetes.io/exclude-from-external-load-balancers: ''");
        await StartAsync($"source: node-port, service: {_namespace}/web, servicePort: https", "--nodes", Rights, _namespace);

        await _balancer!.MembersBecomeAsync(members => members.Keys.ToHashSet().SetEquals(["w1"]));

        await PutNodeAsync("w2", LabHost.ControlPlane2, "True");
        await _balancer.MembersBecomeAsync(members => members.Keys.ToHashSet().SetEquals(["w1", "w2"]));
    }

    private async Task StartAsync(string discovery, params string[] rights)
    {
        _balancer = fixture.Lab.StartDiscovering(LabHost.Balancer2, $"discovery: {{ kubernetes: {{ kubeconfig: kubeconfig, {discovery} }} }}");
        await fixture.Lab.WriteKubeconfigAsync(_balancer.Kubeconfig, rights);
    }

    /// <summary>Zone a has one that may be ready; zone b has one that is, and one that is not.</summary>
    private Task<string> PutSliceAsync(bool firstIsReady) => fixture.Lab.Kubectl.ApplyAsync(
        $$"""
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        metadata: { name: web-1, namespace: {{_namespace}}, labels: { kubernetes.io/service-name: web } }
        addressType: IPv4
        ports: [{ name: https, port: {{LabHost.ApiPort}} }, { name: metrics, port: 1 }]
        endpoints:
          - { addresses: [{{LabHost.ControlPlane1.Address}}], conditions: { ready: {{(firstIsReady ? "true" : "false")}} }, topology: { topology.kubernetes.io/zone: a }, targetRef: { kind: Pod, name: web-a } }
          - { addresses: [{{LabHost.ControlPlane2.Address}}], conditions: { ready: true }, topology: { topology.kubernetes.io/zone: b }, targetRef: { kind: Pod, name: web-b } }
          - { addresses: [{{LabHost.ControlPlane3.Address}}], conditions: { ready: false }, topology: { topology.kubernetes.io/zone: b }, targetRef: { kind: Pod, name: web-c } }
        """);

    /// <summary>A node as its kubelet would register it.</summary>
    private async Task PutNodeAsync(string name, LabHost host, string ready, string label = "role: worker")
    {
        await fixture.Lab.Kubectl.RunAsync("delete", "node", name, "--ignore-not-found");
        await fixture.Lab.Kubectl.ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Node
            metadata: { name: {{name}}, labels: { lab: service-discovery, {{label}} } }
            status:
              addresses: [{ type: InternalIP, address: {{host.Address}} }]
              conditions: [{ type: Ready, status: "{{ready}}", lastHeartbeatTime: "{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}" }]
            """);
    }

    /// <summary>Who serves ten clients.</summary>
    private async Task<string[]> ServersAsync()
    {
        var client = fixture.Lab.ClientOf(LabHost.Balancer2);
        var answers = new List<ConnectionResult>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await client.RequestAsync("/version"));
        }

        Assert.All(answers, answer => Assert.True(answer.Outcome == ConnectionOutcome.Served, answer.Detail));
        return [.. answers.Select(answer => answer.Server ?? "").Distinct()];
    }

    private void Record(string figure)
    {
        output.WriteLine(figure);
        fixture.Lab.Record(figure);
    }
}
