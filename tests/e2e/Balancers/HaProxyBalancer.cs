using System.Net;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>HAProxy with the configuration that kubeadm documents (kubernetes/kubeadm, docs/ha-considerations.md), logging to its output.</summary>
internal sealed class HaProxyBalancer() : BalancerProcess("haproxy")
{
    public override string Program => "haproxy";

    /// <summary>That configuration for these servers, each with its name.</summary>
    public static string Documented(IEnumerable<(string Name, IPEndPoint EndPoint)> servers) =>
        $"""
        global
            log stdout format raw local0
        defaults
            mode                    http
            log                     global
            option                  httplog
            option                  dontlognull
            option http-server-close
            option forwardfor       except 127.0.0.0/8
            option                  redispatch
            retries                 1
            timeout http-request    10s
            timeout queue           20s
            timeout connect         5s
            timeout client          35s
            timeout server          35s
            timeout http-keep-alive 10s
            timeout check           10s
        frontend apiserver
            bind *:{LabHost.ApiPort}
            mode tcp
            option tcplog
            default_backend apiserverbackend
        backend apiserverbackend
            option httpchk
            http-check connect ssl
            http-check send meth GET uri /healthz
            http-check expect status 200
            mode tcp
            balance     roundrobin
            {string.Join("\n    ", servers.Select(server => $"server {server.Name} {server.EndPoint} check verify none"))}

        """;

    protected override string Configuration(string root, string authorityFile) =>
        Documented(LabHost.ControlPlane.Select(host => (host.Name, host.ApiEndPoint)));

    protected override IReadOnlyList<string> Arguments(string configuration) => ["-db", "-f", configuration];
}
