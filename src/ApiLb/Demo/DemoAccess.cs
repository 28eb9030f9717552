using System.Net;

namespace ApiLb.Demo;

/// <summary>Where the demo can be reached, and what to try with it.</summary>
internal sealed record DemoAccess(IPEndPoint Listener, IPEndPoint? Admin, DemoDirectory Directory)
{
    public string Server => $"https://{Listener}";

    public IReadOnlyList<string> Commands =>
    [
        $"kubectl --kubeconfig {Directory.Kubeconfig} get nodes -w",
        $"curl -i --cacert {Directory.CaFile} {Server}/readyz",
        $"apilb status --socket {Directory.AdminSocket}",
        .. Admin is null ? Array.Empty<string>() : [$"http://{Admin}/ in a browser", $"curl http://{Admin}/metrics"],
    ];
}
