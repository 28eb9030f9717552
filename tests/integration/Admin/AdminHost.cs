using System.Net;
using System.Net.Sockets;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Etcd;
using ApiLb.Health;
using ApiLb.Operators;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.IntegrationTests.Admin;

/// <summary>An admin server over a pool of three apiservers, on a socket in a directory of its own and on a free port.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("apilb");
    private readonly DaemonMetrics _metrics;

    public AdminHost(string socket = "admin.sock", IPEndPoint? listen = null, OperatorPermission? permission = null)
    {
        var health = new HealthOptions { Type = HealthCheckType.KubeApiserver, Fall = 1 };
        BackendOptions[] backends = [.. Enumerable.Range(1, 3).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress($"10.0.0.1{i}", 6443) })];
        Pool = new BackendPool(
            new PoolOptions { Name = "control-plane", Backends = backends, Health = health }, TimeProvider.System, NullLogger<BackendPool>.Instance);
        var options = new ListenerOptions
        {
            Name = "kube-apiserver",
            Bind = [new IPEndPoint(IPAddress.Any, 6443)],
            Protocol = ListenerProtocol.Tls,
            Pool = "control-plane",
        };
        Pool.ProbeWanted += backend => Report(backend, HealthEvidence.Ready, HealthCause.Passed, "HTTP 200", 200);
        Operators = new OperatorDesk([Pool], new OrderBook(_directory.FullName, NullLogger.Instance), TimeProvider.System, NullLogger<OperatorDesk>.Instance);
        Listener = new ListenerCounters(options.Name);
        Etcd = new EtcdMonitor(
            new EtcdOptions { Members = [new EtcdMemberAddress("e1", new BackendAddress("10.0.0.11", 2379))] }, TimeProvider.System, NullLoggerFactory.Instance);
        EtcdReading reading = new() { MemberId = 1, HasLeader = true, LeaderId = 1, IsHealthy = true, RaftIndex = 9, RaftAppliedIndex = 9, DbSize = 20_480, DbSizeInUse = 20_480 };
        var etcd = EtcdAssessment.Assess([new EtcdMemberState("e1", "10.0.0.11").After(EtcdObservation.Of(reading), TimeSpan.Zero)], EtcdQuorum.Unknown);
        _metrics = new DaemonMetrics([Pool], [Listener], TimeProvider.System, () => etcd);
        SocketPath = Path.Combine(_directory.FullName, socket);
        var sources = new AdminSources
        {
            Pools = [Pool],
            Listeners = [new AdminListener(options, Listener)],
            Metrics = _metrics,
            Etcd = Etcd,
            Events = new EventLog([Pool], TimeProvider.System),
            Rebalances = [new RebalanceService(Pool, TimeProvider.System, NullLogger<RebalanceService>.Instance)],
            Operators = Operators,
            Kill = (backend, pace) => Kills.Add((backend.Name, pace)),
            CanAccept = () => CanAccept,
            Reload = isDry => Ask($"reload {isDry}", new ReloadStatus(ReloadStatus.Preview, "", [])),
            Upgrade = order => Ask($"upgrade {order}", UpgradeStatus.Failure("this is a test")),
        };
        Server = new AdminServer(
            new AdminOptions { Socket = SocketPath, Listen = listen ?? new IPEndPoint(IPAddress.Loopback, 0) }, sources, TimeProvider.System, NullLoggerFactory.Instance, permission);
    }

    public BackendPool Pool { get; }

    public ListenerCounters Listener { get; }

    public OperatorDesk Operators { get; }

    /// <summary>Whose connections somebody asked to kill, and at which pace.</summary>
    public List<(string Backend, int? Pace)> Kills { get; } = [];

    /// <summary>Reloads and upgrades that somebody asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>An order would hold over a restart.</summary>
    public bool HasKeptOrders => _directory.EnumerateFiles("operator.json").Any();

    /// <summary>Not running: its one member was never checked.</summary>
    public EtcdMonitor Etcd { get; }

    public AdminServer Server { get; }

    public string SocketPath { get; }

    public bool CanAccept { get; set; } = true;

    public static async Task<AdminHost> StartAsync(OperatorPermission? permission = null)
    {
        var host = new AdminHost(permission: permission);
        await host.Server.StartAsync(CancellationToken.None);
        return host;
    }

    public void Report(int backend, HealthEvidence evidence, HealthCause cause, string detail, int? code = null) =>
        Report(Pool.Snapshot.Backends[backend], evidence, cause, detail, code);

    public void Pass(int backend) => Report(backend, HealthEvidence.Ready, HealthCause.Passed, "HTTP 200", 200);

    public void Refuse(int backend) => Report(backend, HealthEvidence.Unreachable, HealthCause.Refused, "connection refused");

    /// <summary>One connection of something happening to everything that is counted, so that a scrape shows every metric.</summary>
    public void Live()
    {
        Pass(0);
        Refuse(1);
        var backend = Pool.Snapshot.Backends[0];
        Listener.ConnectionAccepted();
        _ = backend.TryEnter();
        backend.Counters.ConnectionServed();
        _metrics.Connections.Connected(backend, TimeSpan.FromMilliseconds(1));
        _metrics.Connections.FirstByte(backend, TimeSpan.FromMilliseconds(3));
        _metrics.Connections.Closed(backend, TimeSpan.FromMinutes(3));
    }

    /// <summary>A client of the socket, or of admin.listen.</summary>
    public HttpClient NewClient(bool overSocket = true)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(overSocket, token), ownsSocket: true) };
        return new HttpClient(handler) { BaseAddress = new Uri("http://admin"), Timeout = TimeSpan.FromSeconds(10) };
    }

    public async Task<Socket> ConnectAsync(bool overSocket, CancellationToken cancellation)
    {
        var socket = overSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(overSocket ? new UnixDomainSocketEndPoint(SocketPath) : Server.BoundEndPoint!, cancellation);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _metrics.Dispose();
        Operators.Dispose();
        _directory.Delete(recursive: true);
    }

    private Task<T> Ask<T>(string what, T answer)
    {
        Asked.Add(what);
        return Task.FromResult(answer);
    }

    private void Report(Backend backend, HealthEvidence evidence, HealthCause cause, string detail, int? code) => Pool.RecordProbe(
        backend,
        new ProbeResult(new HealthReport(evidence, cause, detail), code is null ? ProbeLayer.L4 : ProbeLayer.L7, code, TimeSpan.Zero, Pool.Now));
}
