namespace ApiLb.Import;

/// <summary>Reasons that hold for every balancer.</summary>
internal static class ImportReason
{
    public const string SilentConnections =
        "silent connections are not cut: kubectl exec and watches may be silent for hours, and keepalive finds peers that are gone. timeouts.idle of the pool cuts them again";

    public const string RuntimeSocket = "/run/apilb/haproxy.sock";

    public const string ConnectTimeout = "Nobody waits so long: after hedgeDelay the next backend is tried too.";

    public const string RoundRobin =
        "As it was. Without this line least-connections fills an apiserver that was restarted, which taking turns leaves nearly empty: watches live for hours.";

    public const string OnlyConnects = "connecting is enough. A frozen apiserver passes that. Better: health: { type: kube-apiserver, caFile: /etc/apilb/ca.crt }";

    public const string ApiserverPort = "Port 6443 is a kube-apiserver's, which speaks TLS.";

    public const string TlsOnly = "Who does not speak TLS is reset; onBadHello: forward lets them pass.";

    public const string PerhapsTls = "Nothing says that clients speak TLS. If they do, write tls: then a silent backend is replaced before its client notices.";

    public const string EverybodyIsBelieved = "Every client's PROXY header was believed, and is. Write the proxies' addresses instead.";
}
