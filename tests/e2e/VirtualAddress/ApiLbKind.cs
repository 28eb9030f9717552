using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>ApiLb with configs/keepalived/keepalived.conf as it is, but for the network.</summary>
internal sealed class ApiLbKind() : BalancerKind("apilb")
{
    public override string Program => ApiLbBalancer.Executable;

    public override IReadOnlyList<string> Prepare(string root, string authorityFile)
    {
        var configuration = Path.Combine(root, "apilb.yaml");
        File.WriteAllText(configuration,
            $$"""
            listeners:
              kube-apiserver: { bind: "*:{{LabHost.ApiPort}}", protocol: tls, pool: control-plane }
            pools:
              control-plane:
                backends: [{{string.Join(", ", VipNetwork.BackendEndPoints.Select(backend => $"\"{backend}\""))}}]
                health: { type: kube-apiserver, caFile: {{authorityFile}} }
            admin: { socket: {{root}}/admin.sock }
            shutdown: { delay: 15s }

            """);
        return ["run", "--config", configuration];
    }

    public override string Keepalived(string root, LabHost host) =>
        File.ReadAllText(Path.Combine(Repository.Root, "configs/keepalived/keepalived.conf"))
            .Replace("10.0.0.", "10.98.0.", StringComparison.Ordinal);
}
