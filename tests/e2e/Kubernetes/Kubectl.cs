using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>kubectl on the client host, with the admin.conf that points at the balancer.</summary>
internal sealed class Kubectl(LabDirectory directory, string kubeconfig)
{
    public Task<string> RunAsync(params string[] arguments) => Command.RunOnAsync(LabHost.Client, "kubectl", Complete(arguments));

    /// <summary>Sends a manifest to `kubectl apply`.</summary>
    public Task<string> ApplyAsync(string manifest) => Command.RunOnAsync(LabHost.Client, "kubectl", Complete(["apply", "-f", "-"]), manifest);

    /// <summary>Starts a kubectl that does not end by itself.</summary>
    public LabProcess Start(string name, params string[] arguments) =>
        LabProcess.Start(directory, LabHost.Client, name, ["kubectl", .. Complete(arguments)]);

    /// <summary>Runs a script of bash in which `kubectl` is this one.</summary>
    public Task<string> ShellAsync(string script, string? input = null) => Command.RunOnAsync(
        LabHost.Client, "bash", ["-o", "pipefail", "-c", $"kubectl() {{ command kubectl {string.Join(' ', Complete([]))} \"$@\"; }}\n{script}"], input);

    private IEnumerable<string> Complete(string[] arguments) =>
        [.. arguments, "--kubeconfig", kubeconfig, "--cache-dir", Path.Combine(directory.RootOf(LabHost.Client.Name), "kubectl-cache")];
}
