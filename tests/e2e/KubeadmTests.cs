using ApiLb.EndToEndTests.Kubernetes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>The phases of kubeadm that talk to the controlPlaneEndpoint, which is the balancer.</summary>
[Collection(LabCollection.Name)]
public sealed class KubeadmTests(LabFixture fixture) : IAsyncLifetime
{
    /// <summary>Another class may have left apiservers stopped, or the controller manager without its lease.</summary>
    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task UploadConfig_StoresTheClusterConfiguration()
    {
        await fixture.Lab.Cluster.UploadConfigAsync();

        var stored = await fixture.Lab.Kubectl.RunAsync("get", "configmap", "kubeadm-config", "--namespace", "kube-system", "--output", "yaml");
        Assert.Contains("controlPlaneEndpoint: " + Kubeadm.ControlPlaneEndpoint, stored, StringComparison.Ordinal);
    }

    [Fact]
    public Task BootstrapToken_GetsClusterInfoSigned() => fixture.Lab.Cluster.AddBootstrapTokenAsync();

    [Fact]
    public async Task JoiningControlPlaneHost_DiscoversTheClusterByItsCaHashAndPreparesItself()
    {
        await fixture.Lab.Cluster.WelcomeAsync();
        var (newcomer, root) = fixture.Lab.NewHost();

        await fixture.Lab.Cluster.PrepareControlPlaneAsync(newcomer, "cp4", "10.99.0.31");

        Assert.Equal(await File.ReadAllTextAsync(fixture.Lab.Hosts[0].Pki + "/ca.crt"), await File.ReadAllTextAsync(root + "/etc/kubernetes/pki/ca.crt"));
        Assert.Contains(StaticPodManifest.ArgumentsOf("kube-apiserver", root), argument => argument.EndsWith("--advertise-address=10.99.0.31", StringComparison.Ordinal));
    }
}
