using System.Text.Json;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary><c>apilb validate</c> on a control plane that is well, and on one that somebody breaks meanwhile.</summary>
[Collection(LabCollection.Name)]
public sealed class ValidateCommandTests(LabFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int NotWell = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-validate-");

    private ControlPlaneHost Second => fixture.Lab.Hosts[1];

    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public async ValueTask DisposeAsync()
    {
        await fixture.Lab.EndFaultsAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ControlPlaneThatIsWell_Passes()
    {
        await using var validate = Start("--config", await ConfigurationAsync(), "--kubeconfig", fixture.Lab.Hosts[0].AdminKubeconfig, "--write");

        Assert.Equal(0, await validate.ExitAsync(Patience));
        var report = ReportOf(validate);
        Assert.Equal(["cp1", "cp2", "cp3"], report.GetProperty("requests").GetProperty("backends").EnumerateObject().Select(backend => backend.Name));
        Assert.Equal("held", report.GetProperty("etcd").GetProperty("quorum").GetString());
        Assert.All(report.GetProperty("etcd").GetProperty("members").EnumerateArray(), member => Assert.True(member.GetProperty("healthy").GetBoolean(), member.ToString()));
        Assert.True(report.GetProperty("write").GetProperty("deleteSeenMilliseconds").GetDouble() > 0);
        Assert.DoesNotContain("apilb-validate", await fixture.Lab.Kubectl.RunAsync("get", "namespaces", "--field-selector", "status.phase=Active"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiserverFrozenMeanwhile_IsSeenAndNoClientFails()
    {
        await using var validate = Start("--kubeconfig", fixture.Lab.Hosts[0].AdminKubeconfig, "--during", "10s");
        await Eventually.HoldsAsync("it asks for something to break", Patience, () =>
            Task.FromResult(validate.Log.Contains("break something now", StringComparison.Ordinal) ? null : validate.Log));

        Second.FreezeApiServer();

        Assert.Equal(0, await validate.ExitAsync(Patience));
        var during = ReportOf(validate).GetProperty("during");
        Assert.Equal(0, during.GetProperty("requests").GetProperty("failed").GetInt32());
        Assert.Equal(Second.Host.ApiEndPoint.ToString(), Assert.Single(during.GetProperty("outages").EnumerateArray()).GetProperty("apiserver").GetString());
    }

    [Fact]
    public async Task EtcdMemberLost_IsNotWell()
    {
        await Second.KillEtcdAsync();
        await using var validate = Start("--config", await ConfigurationAsync());

        Assert.Equal(NotWell, await validate.ExitAsync(Patience));
        Assert.Contains("member cp2 is not healthy", ReportOf(validate).GetProperty("findings").ToString(), StringComparison.Ordinal);
    }

    private LabProcess Start(params string[] arguments) =>
        fixture.Lab.Start(LabHost.Balancer1, "validate-" + _folder.Name, [new ApiLbBalancer().Program, "validate", .. arguments, "--output", "json"]);

    /// <summary>The lab balancer's, and where etcd's members are.</summary>
    private async Task<string> ConfigurationAsync()
    {
        var file = Path.Combine(_folder.FullName, "apilb.yaml");
        var pki = fixture.Lab.Hosts[0].Pki;
        await File.WriteAllTextAsync(
            file,
            $$"""
            listeners:
              kube-apiserver: { bind: "*:{{LabHost.ApiPort}}", protocol: tls, pool: control-plane }
            pools:
              control-plane:
                backends: [{{string.Join(", ", LabHost.ControlPlane.Select(host => $"\"{host.Name}={host.ApiEndPoint}\""))}}]
                health: { type: kube-apiserver, caFile: {{pki}}/ca.crt }
            etcd:
              members: [{{string.Join(", ", LabHost.ControlPlane.Select(host => $"\"{host.Name}={host.Address}:2379\""))}}]
              caFile: {{pki}}/etcd/ca.crt
              clientCertificateFile: {{pki}}/apiserver-etcd-client.crt
              clientKeyFile: {{pki}}/apiserver-etcd-client.key
            """);
        return file;
    }

    // Progress comes first, on stderr; both end in one log here.
    private JsonElement ReportOf(LabProcess validate)
    {
        output.WriteLine(validate.Log);
        using var report = JsonDocument.Parse(validate.Log[validate.Log.IndexOf("\n{", StringComparison.Ordinal)..]);
        return report.RootElement.Clone();
    }
}
