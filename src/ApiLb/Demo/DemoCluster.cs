using System.Net;
using ApiLb.Demo.StandIns;

namespace ApiLb.Demo;

/// <summary>Three stand-ins, cp1 to cp3, with certificates of one authority: a control plane to look at.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private static readonly string[] Names = ["cp1", "cp2", "cp3"];

    public DemoCluster(DemoAuthority authority, TimeProvider time)
    {
        var endPoints = ChooseEndPoints();
        StandIns =
        [
            .. Names.Select((name, i) =>
                new ApiServerStandIn(name, endPoints[i], authority.IssueServerCertificate(name, endPoints[i].Address), time)),
        ];
    }

    public IReadOnlyList<ApiServerStandIn> StandIns { get; }

    public static bool Has(string name) => Names.Contains(name, StringComparer.Ordinal);

    public ApiServerStandIn this[string name] => StandIns.Single(s => s.Name == name);

    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(StandIns.Select(s => s.ReviveAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var standIn in StandIns)
        {
            await standIn.DisposeAsync();
        }
    }

    /// <summary>
    /// 127.0.0.11 to 13, all on the port of a real apiserver: each looks like a host of its own. Where that cannot be had, any
    /// port of 127.0.0.1.
    /// </summary>
    private static IPEndPoint[] ChooseEndPoints()
    {
        IPAddress[] addresses = [.. Names.Select((_, i) => new IPAddress([127, 0, 0, (byte)(11 + i)]))];
        return FreePort.Find(addresses, 6443, 16443, 26443) is { } port
            ? [.. addresses.Select(a => new IPEndPoint(a, port))]
            : [.. Names.Select(_ => new IPEndPoint(IPAddress.Loopback, 0))];
    }
}
