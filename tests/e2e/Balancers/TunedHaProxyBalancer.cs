using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>
/// HAProxy as somebody would tune it who knows both it and kube-apiserver: the right check over verified TLS and often, least connections,
/// every retry on another server, sessions of a server that is down shut at once, no idle timeout shorter than a watch.
/// </summary>
internal sealed class TunedHaProxyBalancer() : BalancerProcess("haproxy-tuned")
{
    public override string Program => "haproxy";

    // "redispatch 1": without it only the last retry goes elsewhere. "observe layer4": failed connects of clients count as failed checks.
    protected override string Configuration(string root, string authorityFile) =>
        $"""
        global
            log stdout format raw local0
            maxconn 8000
        defaults
            mode                    tcp
            log                     global
            option                  dontlog-normal
            option                  redispatch 1
            retries                 3
            timeout connect         1s
            timeout queue           5s
            timeout check           1s
            timeout client          24h
            timeout server          24h
            timeout tunnel          24h
            timeout client-fin      30s
            timeout server-fin      30s
            option                  clitcpka
            option                  srvtcpka
        frontend apiserver
            bind *:{LabHost.ApiPort}
            option tcplog
            default_backend apiserverbackend
        backend apiserverbackend
            balance leastconn
            option httpchk
            http-check send meth GET uri /readyz
            http-check expect status 200
            default-server check check-ssl verify required ca-file {authorityFile} inter 500ms fastinter 250ms downinter 1s fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter on-marked-down shutdown-sessions slowstart 30s
            {string.Join("\n    ", LabHost.ControlPlane.Select(host => $"server {host.Name} {host.ApiEndPoint}"))}

        """;

    protected override IReadOnlyList<string> Arguments(string configuration) => ["-db", "-f", configuration];
}
