using System.Net;
using ApiLb.Configuration;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>
/// Configurations for tests: one listener, one pool, ports of the kernel's choice. Checks run once and then only when a backend
/// is under suspicion, and nothing but hedging saves a client in time, so that a test sees what it asks for.
/// </summary>
internal static class Setup
{
    public const string Listener = "kube-apiserver";
    public const string Pool = "control-plane";

    public static readonly TimeSpan HedgeDelay = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    public static ApiLbOptions Tcp(params BackendOptions[] backends) => Of(ListenerProtocol.Tcp, backends);

    public static ApiLbOptions Tls(params BackendOptions[] backends) => Of(ListenerProtocol.Tls, backends);

    public static ListenerOptions ListenerOn(EndPoint endPoint, ListenerProtocol protocol = ListenerProtocol.Tcp, string name = Listener) =>
        new() { Name = name, Bind = [endPoint], Protocol = protocol, Pool = Pool };

    public static ApiLbOptions With(this ApiLbOptions options, Func<PoolOptions, PoolOptions> change) =>
        options with { Pools = [change(options.Pools[0])] };

    public static ApiLbOptions With(this ApiLbOptions options, BalancePolicy balance) => options.With(p => p with { Balance = balance });

    public static ApiLbOptions With(this ApiLbOptions options, Func<ConnectOptions, ConnectOptions> change) =>
        options.With(p => p with { Connect = change(p.Connect) });

    public static ApiLbOptions With(this ApiLbOptions options, Func<ListenerOptions, ListenerOptions> change) =>
        options with { Listeners = [change(options.Listeners[0])] };

    /// <summary>One more pool, like the first, and the names that it serves.</summary>
    public static ApiLbOptions WithRoute(this ApiLbOptions options, string pool, IReadOnlyList<string> serverNames, params BackendOptions[] backends) => options with
    {
        Pools = [.. options.Pools, options.Pools[0] with { Name = pool, Backends = backends }],
        Listeners = [options.Listeners[0] with { Routes = [.. options.Listeners[0].Routes, new RouteOptions { ServerNames = serverNames, Pool = pool }] }],
    };

    public static ApiLbOptions WithGrace(this ApiLbOptions options, TimeSpan grace) =>
        options with { Shutdown = new ShutdownOptions { Grace = grace } };

    /// <summary>Checks all the time.</summary>
    public static ApiLbOptions WithBusyChecks(this ApiLbOptions options) => options.With(p => p with
    {
        Health = p.Health with { Interval = TimeSpan.FromMilliseconds(50), FastInterval = TimeSpan.FromMilliseconds(50) },
    });

    private static ApiLbOptions Of(ListenerProtocol protocol, BackendOptions[] backends) => new()
    {
        Listeners = [ListenerOn(new IPEndPoint(IPAddress.Loopback, 0), protocol)],
        Pools =
        [
            new PoolOptions
            {
                Name = Pool,
                Balance = BalancePolicy.First,
                Backends = backends,
                Health = new HealthOptions
                {
                    Type = HealthCheckType.Tcp,
                    Interval = Never,
                    FastInterval = TimeSpan.FromMilliseconds(100),
                    Timeout = TimeSpan.FromSeconds(2),
                    SlowStart = TimeSpan.Zero,
                },
                Connect = new ConnectOptions { Timeout = Never, TotalTimeout = Never, HedgeDelay = HedgeDelay },
            },
        ],
        Admin = new AdminOptions { Socket = null, Listen = new IPEndPoint(IPAddress.Loopback, 0) },
        Shutdown = new ShutdownOptions { Grace = Never },
        StateDirectory = null,
    };
}
