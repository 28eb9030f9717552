using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary><c>apilb kubeconfig</c> with the administrator's kubeconfig, and what the account may then do.</summary>
[Collection(LabCollection.Name)]
public sealed class KubeconfigCommandTests(LabFixture fixture) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-kubeconfig-");

    private string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Account_SeesTheApiserversAndNothingElse()
    {
        await CreateAsync();

        Assert.Contains("10.99.0.11:6443", await CanAsync("get", "endpoints", "--field-selector", "metadata.name=kubernetes"), StringComparison.Ordinal);
        await CannotAsync("get", "endpoints");
        await CannotAsync("get", "secrets");
    }

    [Fact]
    public async Task AccountForNodes_SeesNodes()
    {
        await CreateAsync("--nodes");

        await CanAsync("get", "nodes");
    }

    [Fact]
    public async Task Kubeconfig_IsForItsOwnerOnly()
    {
        await CreateAsync();
        await CreateAsync();

        Assert.Equal("-rw-------", (await Command.RunOnAsync(LabHost.Client, "stat", ["--format", "%A", Kubeconfig])).Trim());
    }

    private Task CreateAsync(params string[] rights) => fixture.Lab.WriteKubeconfigAsync(Kubeconfig, rights);

    private Task<string> CanAsync(params string[] arguments) =>
        Command.RunOnAsync(LabHost.Client, "kubectl", [.. arguments, "--kubeconfig", Kubeconfig, "--cache-dir", Path.Combine(_folder.FullName, "cache")]);

    private async Task CannotAsync(params string[] arguments)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => CanAsync(arguments));
        Assert.Contains("(Forbidden)", refused.Message, StringComparison.Ordinal);
    }
}
