using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Documents;
using ApiLb.EndToEndTests.Network;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>docs/kubeadm.md, followed on the lab word by word. What a kubelet would have done is done already: the apiservers run.</summary>
[Collection(LabCollection.Name)]
public sealed class KubeadmDocumentTests(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly Dictionary<string, DocumentHost> _hosts = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        var lab = fixture.Lab;
        await lab.RecoverAsync();
        await lab.Cluster.WelcomeAsync();
        await lab.Balancer.DisposeAsync();
        foreach (var host in (LabHost[])[LabHost.ControlPlane1, LabHost.Balancer1, LabHost.Balancer2])
        {
            _hosts.Add(host.Name, await DocumentHost.StartAsync(lab, host, lab.RootOf(host)));
        }

        // The one that is replaced in the end.
        const string configuration = "/etc/haproxy.cfg";
        var authority = Path.Combine(lab.Hosts[0].Pki, "ca.crt");
        await _hosts[LabHost.Balancer2.Name].WriteAsync(configuration, new HaProxyBalancer().ConfigurationOn(lab.RootOf(LabHost.Balancer2), authority));
        _hosts[LabHost.Balancer2.Name].Start("haproxy", "haproxy", "-db", "-f", configuration);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task EveryCommandThatNeedsNoKubelet_Works()
    {
        var steps = Steps();
        Assert.True(steps.Count > 20, $"{steps.Count} blocks");

        foreach (var step in steps)
        {
            foreach (var name in step.Hosts)
            {
                await FollowAsync(step, name);
            }
        }
    }

    [Fact]
    public async Task VirtualAddress_IsFreeForApiLbBesideAnApiserverThatKeepsToItsOwn()
    {
        var first = fixture.Lab.Hosts[0];
        await first.KillApiServerAsync();
        first.StartApiServer($"--bind-address={LabHost.ControlPlane1.Address}");
        await fixture.Lab.ReadyAsync(first);
        try
        {
            await _hosts["cp1"].WriteAsync("/etc/apilb/ca.crt", await File.ReadAllTextAsync(Path.Combine(first.Pki, "ca.crt")));
            await _hosts["cp1"].WriteAsync("/etc/apilb/apilb.yaml", Steps().Single(step => step.File == "/etc/apilb/vip.yaml").Text);
            await _hosts["cp1"].RunAsync("systemctl start apilb", _hosts);
            await _hosts["cp1"].RunAsync("ip address replace 10.99.0.20/24 dev eth0 && apilb validate", _hosts);
        }
        finally
        {
            await first.KillApiServerAsync();
            await _hosts["cp1"].RunAsync("ip address delete 10.99.0.20/24 dev eth0", _hosts);
        }
    }

    private static IReadOnlyList<DocumentStep> Steps() =>
        DocumentStep.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs/kubeadm.md")));

    private async Task FollowAsync(DocumentStep step, string name)
    {
        output.WriteLine($"line {step.Line} on {name}: {step.File ?? step.Text}");
        if (step.File is { } file)
        {
            await _hosts[name].WriteAsync(file, step.Text);
            return;
        }

        foreach (var line in step.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await _hosts[name].RunAsync(line, _hosts);
        }
    }
}
