using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>HAProxy and keepalived with the settings that kubeadm documents (kubernetes/kubeadm, docs/ha-considerations.md).</summary>
internal sealed class HaProxyKind() : BalancerKind("haproxy")
{
    public override string Program => "haproxy";

    public override LabHost? Home => VipNetwork.Balancer1;

    public override IReadOnlyList<string> Prepare(string root, string authorityFile)
    {
        var configuration = Path.Combine(root, "haproxy.cfg");
        File.WriteAllText(configuration, HaProxyBalancer.Documented(VipNetwork.BackendEndPoints.Select((backend, index) => ($"cp{index + 1}", backend))));
        return ["-db", "-f", configuration];
    }

    // As there: a check of 2 s every 3 s, out after 10, and a first host that takes the address back.
    public override string Keepalived(string root, LabHost host)
    {
        var isFirst = host == VipNetwork.Balancer1;
        return $$"""
            global_defs {
                script_user nobody
            }
            vrrp_script check_apiserver {
                script "/usr/bin/curl --silent --fail --insecure --max-time 2 https://localhost:{{LabHost.ApiPort}}/healthz --output /dev/null"
                interval 3
                weight -2
                fall 10
                rise 2
            }
            vrrp_instance VI_1 {
                state {{(isFirst ? "MASTER" : "BACKUP")}}
                interface eth0
                virtual_router_id 51
                priority {{(isFirst ? 101 : 100)}}
                authentication {
                    auth_type PASS
                    auth_pass 42
                }
                virtual_ipaddress {
                    {{VipNetwork.VirtualAddress}}
                }
                track_script {
                    check_apiserver
                }
            }

            """;
    }
}
