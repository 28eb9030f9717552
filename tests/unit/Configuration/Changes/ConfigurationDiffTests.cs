using System.Net;
using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using Xunit;

namespace ApiLb.UnitTests.Configuration.Changes;

public sealed class ConfigurationDiffTests
{
    private static readonly BackendOptions Cp1 = Backend("cp1", "10.0.0.11");
    private static readonly BackendOptions Cp2 = Backend("cp2", "10.0.0.12");
    private static readonly BackendOptions Cp3 = Backend("cp3", "10.0.0.13");

    private static ApiLbOptions Before { get; } = new()
    {
        Listeners = [new ListenerOptions { Name = "api", Bind = [new IPEndPoint(IPAddress.Any, 6443)], Protocol = ListenerProtocol.Tls, Pool = "cp" }],
        Pools =
        [
            new PoolOptions
            {
                Name = "cp",
                Backends = [Cp1, Cp2],
                Health = new HealthOptions { Type = HealthCheckType.KubeApiserver, CaFile = "/etc/apilb/ca.crt" },
            },
        ],
    };

    [Fact]
    public void EqualOptions_DifferInNothing() =>
        Assert.Empty(Diff(Before with { Pools = [Pool with { Backends = [Cp1 with { }, Cp2 with { }] }] }));

    [Fact]
    public void Settings_AreNamedAndWrittenAsInTheFile() =>
        Assert.Equal(
            [
                "listeners.api.bind: 0.0.0.0:6443 -> 0.0.0.0:6443, unix:/run/api.sock",
                "listeners.api.protocol: tls -> tcp",
                "pools.cp.balance: least-connections -> round-robin",
                "pools.cp.health.type: kube-apiserver -> http",
                "pools.cp.health.interval: 2s -> 1m",
                "pools.cp.connect.hedgeDelay: 250ms -> 1s",
                "limits.maxConnections: none -> 7",
            ],
            Diff(Before with
            {
                Listeners = [Before.Listeners[0] with { Bind = [.. Before.Listeners[0].Bind, new System.Net.Sockets.UnixDomainSocketEndPoint("/run/api.sock")], Protocol = ListenerProtocol.Tcp }],
                Pools =
                [
                    Pool with
                    {
                        Balance = BalancePolicy.RoundRobin,
                        Health = Pool.Health with { Type = HealthCheckType.Http, Interval = TimeSpan.FromMinutes(1) },
                        Connect = new ConnectOptions { HedgeDelay = TimeSpan.FromSeconds(1) },
                    },
                ],
                Limits = new LimitOptions { MaxConnections = 7 },
            }));

    [Fact]
    public void Backends_AreComparedByName() =>
        Assert.Equal(
            ["pools.cp.backends.cp1.weight: 1 -> 3", "pools.cp.backends.cp2: removed (10.0.0.12:6443)", "pools.cp.backends.cp3: added (10.0.0.13:6443)"],
            Diff(Before with { Pools = [Pool with { Backends = [Cp3, Cp1 with { Weight = 3 }] }] }));

    [Fact]
    public void OrderOfBackends_Matters() =>
        Assert.Equal(["pools.cp.backends: cp1, cp2 -> cp2, cp1"], Diff(Before with { Pools = [Pool with { Backends = [Cp2, Cp1] }] }));

    [Fact]
    public void OrderOfPools_DoesNot()
    {
        var other = Pool with { Name = "other" };

        Assert.Empty(Diff(Before with { Pools = [Pool, other] }, Before with { Pools = [other, Pool] }));
    }

    [Fact]
    public void PoolsAndListeners_ComeAndGoAsAWhole() =>
        Assert.Equal(
            ["listeners.api: removed (0.0.0.0:6443)", "listeners.new: added (127.0.0.1:1)", "pools.cp: removed (cp1, cp2)", "pools.other: added (cp3)"],
            Diff(Before with
            {
                Listeners = [Before.Listeners[0] with { Name = "new", Bind = [new IPEndPoint(IPAddress.Loopback, 1)], Pool = "other" }],
                Pools = [Pool with { Name = "other", Backends = [Cp3] }],
            }));

    [Fact]
    public void Sections_ComeAsAWhole() =>
        Assert.Equal(
            ["pools.cp.discovery: none -> { dns: { name: apiservers, port: 6443, interval: 30s } }"],
            Diff(Before with { Pools = [Pool with { Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "apiservers" } } }] }));

    [Fact]
    public void NamedFile_CountsByItsContent()
    {
        var changes = ConfigurationDiff.Between(
            new LoadedConfiguration(Before, new Dictionary<string, string> { ["/etc/apilb/ca.crt"] = "one" }),
            new LoadedConfiguration(Before, new Dictionary<string, string> { ["/etc/apilb/ca.crt"] = "other" }));

        var change = Assert.Single(changes);
        Assert.Equal((true, "pools.cp.health.caFile: the content of /etc/apilb/ca.crt has changed"), (change.IsContent, change.ToString()));
    }

    private static PoolOptions Pool => Before.Pools[0];

    private static BackendOptions Backend(string name, string host) => new() { Name = name, Address = new BackendAddress(host, 6443) };

    private static IEnumerable<string> Diff(ApiLbOptions after) => Diff(Before, after);

    private static IEnumerable<string> Diff(ApiLbOptions before, ApiLbOptions after) =>
        ConfigurationDiff.Between(new LoadedConfiguration(before, NoFiles), new LoadedConfiguration(after, NoFiles)).Select(c => c.ToString());

    private static readonly Dictionary<string, string> NoFiles = [];
}
