using System.Text.RegularExpressions;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary><c>apilb init</c> with what a real kubeadm prints and the cluster-info that a real controller manager has signed.</summary>
[Collection(LabCollection.Name)]
public sealed partial class InitCommandTests(LabFixture fixture) : IAsyncLifetime
{
    private const int SearchConnections = 12;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-init-");

    private string Target => Path.Combine(_folder.FullName, "etc");

    private string Configuration => Path.Combine(Target, "apilb.yaml");

    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task JoinCommandOfKubeadm_MakesAConfigurationThatRuns()
    {
        var (token, hash) = await JoinCommandAsync();

        await InitAsync("--discovery-token-ca-cert-hash", hash, "--token", token);

        Assert.Equal(
            (await File.ReadAllTextAsync(Path.Combine(fixture.Lab.Hosts[0].Pki, "ca.crt"))).Trim(), (await File.ReadAllTextAsync(Path.Combine(Target, "ca.crt"))).Trim());
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(Configuration), StringComparison.Ordinal);
        await ApiLbAsync("check", "--config", Configuration);
        await RunsAsync();
    }

    [Fact]
    public async Task HashOfAnotherCa_IsRefusedAndNothingIsWritten()
    {
        var (token, hash) = await JoinCommandAsync();
        var other = hash[..^1] + (hash[^1] == '0' ? '1' : '0');

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => InitAsync("--discovery-token-ca-cert-hash", other, "--token", token));

        Assert.Contains("exit code 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target) && Directory.EnumerateFileSystemEntries(Target).Any(), "something was written");
    }

    /// <summary>As an operator gets them; returns when cluster-info is signed with this token.</summary>
    private async Task<(string Token, string Hash)> JoinCommandAsync()
    {
        var lab = fixture.Lab;
        await lab.Cluster.UploadConfigAsync();
        await lab.Cluster.AddBootstrapTokenAsync();
        var printed = JoinCommand().Match(await lab.Hosts[0].Kubeadm.RunAsync("token", "create", "--print-join-command"));
        Assert.True(printed.Success, "kubeadm printed no join command");
        var token = printed.Groups["token"].Value;
        await Eventually.HoldsAsync("cluster-info is signed with the new token", Deadline, async () =>
        {
            var clusterInfo = await lab.Kubectl.RunAsync("get", "configmap", "cluster-info", "--namespace", "kube-public", "--output", "yaml");
            return clusterInfo.Contains("jws-kubeconfig-" + token.Split('.')[0], StringComparison.Ordinal) ? null : clusterInfo;
        });
        return (token, printed.Groups["hash"].Value);
    }

    private Task<string> InitAsync(params string[] more) => ApiLbAsync(
        ["init", "--endpoints", string.Join(',', LabHost.ControlPlane.Select(host => $"{host.Name}={host.Address}")), "--directory", Target, .. more]);

    private static Task<string> ApiLbAsync(params string[] arguments) => Command.RunOnAsync(LabHost.Balancer2, ApiLbBalancer.Executable, arguments);

    /// <summary>As it was written, but for the folders that a package makes.</summary>
    private async Task RunsAsync()
    {
        var yaml = await File.ReadAllTextAsync(Configuration);
        await File.WriteAllTextAsync(Configuration, yaml
            .Replace("#socket: /run/apilb/", $"socket: {Target}/", StringComparison.Ordinal).Replace("#stateDirectory: /var/lib/apilb", "stateDirectory: " + Target, StringComparison.Ordinal));
        await using var apilb = fixture.Lab.Start(LabHost.Balancer2, "apilb-init", [ApiLbBalancer.Executable, "run", "--config", Configuration]);
        await Eventually.HoldsAsync("it uses all three apiservers", Deadline, async () =>
        {
            apilb.EnsureRunning();
            var servers = await fixture.Lab.ClientOf(LabHost.Balancer2).FindServersAsync(SearchConnections);
            return servers.Count == LabHost.ControlPlane.Count ? null : string.Join(", ", servers);
        });
    }

    [GeneratedRegex(@"--token (?<token>\S+).*--discovery-token-ca-cert-hash (?<hash>\S+)")]
    private static partial Regex JoinCommand();
}
