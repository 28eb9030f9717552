using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>ApiLb as it was built with these tests, or the one that APILB_BINARY names.</summary>
internal sealed class ApiLbBalancer() : BalancerProcess("apilb")
{
    /// <summary>The <c>apilb</c> to test.</summary>
    public static string Executable { get; } = Environment.GetEnvironmentVariable("APILB_BINARY") is { Length: > 0 } binary ? binary : BuiltProgram();

    public override string Program => Executable;

    protected override string Configuration(string root, string authorityFile) =>
        $$"""
        listeners:
          kube-apiserver:
            bind: "*:{{LabHost.ApiPort}}"
            protocol: tls
            pool: control-plane
        pools:
          control-plane:
            balance: least-connections
            backends: [{{string.Join(", ", LabHost.ControlPlane.Select(host => $"\"{host.Name}={host.ApiEndPoint}\""))}}]
            rebalance: { enabled: true }
            health: { type: kube-apiserver, caFile: {{authorityFile}} }
        admin:
          socket: {{root}}/admin.sock
          listen: 127.0.0.1:8404

        """;

    protected override IReadOnlyList<string> Arguments(string configuration) => ["run", "--config", configuration];

    // Tests run from tests/e2e/bin/<configuration>/<framework>; the daemon lies in the same place of its own project.
    private static string BuiltProgram()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository.Root, "src/ApiLb/bin", framework.Parent?.Name ?? "Debug", framework.Name, "apilb");
    }
}
