using System.Net;
using ApiLb.Configuration;

namespace ApiLb.Demo;

/// <summary>The configuration that an operator would write for the demo's cluster.</summary>
internal static class DemoConfiguration
{
    /// <exception cref="IOException">The wished port cannot be had.</exception>
    public static ApiLbOptions For(DemoCluster cluster, DemoDirectory directory, int? port) => new()
    {
        Listeners =
        [
            new ListenerOptions
            {
                Name = "kube-apiserver",
                Bind = [new IPEndPoint(IPAddress.Loopback, PortOf(port))],
                Protocol = ListenerProtocol.Tls,
                Pool = "control-plane",
            },
        ],
        Pools =
        [
            new PoolOptions
            {
                Name = "control-plane",
                Backends = [.. cluster.StandIns.Select(s => BackendOf(s.Name, s.EndPoint))],
                Health = HealthOf(directory),
            },
        ],
        Admin = new AdminOptions
        {
            Socket = directory.AdminSocket,
            Listen = new IPEndPoint(IPAddress.Loopback, FreePort.Find([IPAddress.Loopback], 8404, 18404, 28404) ?? 0),
        },
        StateDirectory = null,
    };

    private static int PortOf(int? wish) => wish is { } port
        ? FreePort.Find([IPAddress.Loopback], port)
            ?? throw new IOException($"cannot listen on 127.0.0.1:{port}: it is in use or needs root; without --port a free one is found")
        : FreePort.Find([IPAddress.Loopback], 6443, 16443, 26443) ?? 0;

    private static BackendOptions BackendOf(string name, IPEndPoint endPoint) => new()
    {
        Name = name,
        Address = new BackendAddress(endPoint.Address.ToString(), endPoint.Port),
    };

    /// <summary>The defaults, but livelier: someone watches and does not want to wait for a revived backend.</summary>
    private static HealthOptions HealthOf(DemoDirectory directory) => new()
    {
        Type = HealthCheckType.KubeApiserver,
        CaFile = directory.CaFile,
        Interval = TimeSpan.FromSeconds(1),
        SlowStart = TimeSpan.Zero,
    };
}
