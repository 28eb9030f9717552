using System.Globalization;
using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Etcd;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>
/// A daemon that has everything of which there are metrics: clients of all kinds, a backend that refuses, apiservers with
/// certificates, etcd, discovery, limits, a collector. What happens once and is counted goes on happening until it is disposed.
/// </summary>
internal sealed class ObservedDaemon : IAsyncDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly ClusterCa _ca = new();
    private readonly CancellationTokenSource _stop = new();
    private FakeApiserver _apiserver = null!;
    private ScriptedMember _etcd = null!;
    private OtlpCollector _collector = null!;
    private ObservedWeb _web = null!;
    private Task _load = Task.CompletedTask;

    public RunningDaemon Running { get; private set; } = null!;

    public static async Task<ObservedDaemon> StartAsync()
    {
        ObservedDaemon observed = new();
        var date = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        observed._apiserver = new FakeApiserver(observed._ca.Issue("127.0.0.1", "localhost"));
        observed._apiserver.Paths["/version"] = Answers.Status(200, """{"gitVersion":"v1.31.2"}""", $"Date: {date}\r\n");
        observed._etcd = await ScriptedMember.StartAsync(observed._ca.Issue("127.0.0.1"));
        var status = ScriptedMember.NewStatus();
        status.DbSizeInUse = 16384;
        observed._etcd.Answers[ScriptedMember.StatusCall] = ScriptedMember.Message(status);
        observed._collector = await OtlpCollector.StartAsync();
        observed._web = await ObservedWeb.StartAsync();
        observed.Running = await RunningDaemon.StartAsync(observed.Options());
        observed._load = observed.LoadAsync(observed._stop.Token);
        return observed;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _load;
        await Running.DisposeAsync();
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        await _apiserver.DisposeAsync();
        await _etcd.DisposeAsync();
        await _collector.DisposeAsync();
        await _web.DisposeAsync();
        _ca.Dispose();
        _stop.Dispose();
    }

    private ApiLbOptions Options()
    {
        var options = Setup.Tcp(new BackendOptions { Name = "gone", Address = new BackendAddress("127.0.0.1", HaProxy.NewEndPoint().Port) }, _cp1.Options, _cp2.Options)
            .With(p => p with { Balance = BalancePolicy.RoundRobin }).WithBusyChecks();
        var apiservers = new PoolOptions
        {
            Name = "apiservers",
            Backends = [new BackendOptions { Name = "kube1", Address = new BackendAddress("127.0.0.1", _apiserver.Port) }],
            ControlPlaneEndpoint = new BackendAddress("localhost", 6443),
            Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "localhost", Port = _apiserver.Port, Interval = TimeSpan.FromSeconds(1) } },
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver, CaFile = _ca.File, Interval = TimeSpan.FromSeconds(1) },
        };
        var clients = Setup.ListenerOn(Loopback, name: "clients") with { Limits = new ListenerLimitOptions { MaxConnections = 100, MaxConnectionsPerSource = 100 } };
        var tls = Setup.ListenerOn(Loopback, ListenerProtocol.Tls, "tls") with { Pool = "apiservers" };
        var behind = Setup.ListenerOn(Loopback, name: "behind") with { ProxyProtocol = new ProxyProtocolOptions { From = [IPNetwork.Parse("127.0.0.0/8")] } };
        return options with
        {
            Listeners = [clients, tls, behind, ObservedWeb.Listener],
            Pools = [options.Pools[0], apiservers, .. _web.Pools(options.Pools[0])],
            Etcd = new EtcdOptions { Members = [new EtcdMemberAddress("m1", new BackendAddress("127.0.0.1", _etcd.Port))], CaFile = _ca.File },
            Otlp = new OtlpOptions { Endpoint = _collector.Url, Interval = TimeSpan.FromSeconds(1) },
        };
    }

    private static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    /// <summary>One client of each kind after the other; one stays.</summary>
    private async Task LoadAsync(CancellationToken stop)
    {
        using var staying = await Client.ConnectAsync(Bound(0));
        await staying.WhoAsync();
        while (!stop.IsCancellationRequested)
        {
            await Running.ServersOfAsync(3);
            using (var tls = await Client.ConnectAsync(Bound(1)))
            {
                await tls.SendHelloAsync();
                await tls.EndAsync();
            }

            using (var plain = await Client.ConnectAsync(Bound(1)))
            {
                await plain.SendAsync("GET / HTTP/1.0\r\n\r\n");
                await plain.EndAsync();
            }

            using (var unannounced = await Client.ConnectAsync(Bound(2)))
            {
                await unannounced.SendAsync("GET / HTTP/1.0\r\n\r\n");
                await unannounced.EndAsync();
            }

            await _web.AskAsync(Bound(3));
            await Task.Delay(Often, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private EndPoint Bound(int listener) => Running.Daemon.Listeners[listener].Bound[0];
}
