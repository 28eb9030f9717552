using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests;

/// <summary>What one test has for itself: a namespace, a fresh balancer, its files, and backends.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private const int BackendPort = 7001;

    private readonly List<IAsyncDisposable> _actors = [];
    private BalancerProcess? _process;

    private Bench(TestHost host, Balancer balancer)
    {
        Host = host;
        Balancer = balancer;
        Folder = TestFolder.Create().FullName;
        File.WriteAllText(Path.Combine(Folder, "ca.crt"), Authority.Trusted.Pem);
    }

    public TestHost Host { get; }

    public Balancer Balancer { get; }

    public string Folder { get; }

    public string ConfigurationFile => Path.Combine(Folder, "balancer.conf");

    public BalancerProcess Process => _process ?? throw new InvalidOperationException("the balancer was not started");

    public static async Task<Bench> LayAsync(string balancer) => new(await TestHost.LayAsync(), Balancer.Of(balancer));

    /// <summary>127.0.0.11 for A, 127.0.0.12 for B, and so on.</summary>
    public static string AddressOf(string name) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.{11 + name[0] - 'A'}");

    /// <summary>A backend that answers each line with its name and that line.</summary>
    public Backend Answering(string name, string? address = null) => Keep(new Backend(Host, name, EndPointOf(name, address), Backend.Answering(name)));

    /// <summary>A backend whose connections the test takes from it.</summary>
    public Backend Open(string name, string? address = null) => Keep(new Backend(Host, name, EndPointOf(name, address), null));

    public ApiServer ApiServer(string name) => Keep(new ApiServer(Host, name, IPEndPoint.Parse($"{AddressOf(name)}:{BackendPort}")));

    public async Task<BackendProcess> ProcessAsync(string name) => Keep(await BackendProcess.StartAsync(Host, name, $"{AddressOf(name)}:{BackendPort}"));

    /// <summary>Takes care that it goes when the bench does.</summary>
    public T Keep<T>(T actor)
        where T : IAsyncDisposable
    {
        _actors.Add(actor);
        return actor;
    }

    /// <summary>Writes the configuration, without a word to the balancer.</summary>
    public void Configure(Setup setup) => File.WriteAllText(ConfigurationFile, Balancer.Configuration(setup, Folder));

    /// <summary>Starts the balancer in front of these backends and waits until it serves.</summary>
    public Task StartAsync(params IReadOnlyList<Backend> backends) => StartAsync(new Setup { Backends = [.. backends.Select(b => b.Member)] });

    /// <param name="setup">What the balancer is to do.</param>
    /// <param name="launcher">A command that becomes another, such as prlimit.</param>
    /// <param name="reads">False: nobody reads what it writes.</param>
    /// <param name="environment">In addition to this process's own.</param>
    public async Task StartAsync(Setup setup, IReadOnlyList<string>? launcher = null, bool reads = true, params (string Name, string Value)[] environment)
    {
        Configure(setup);
        await RunAsync(launcher ?? [], reads, environment);
        var backends = _actors.OfType<Backend>().Concat(_actors.OfType<ApiServer>().Select(server => server.Backend));
        foreach (var backend in backends.Where(b => setup.Check is null && setup.Backends.Any(m => m.Address == b.Address)))
        {
            await backend.ForgetAsync(Balancer.ChecksAtStart);
        }
    }

    /// <summary>Starts the balancer with the configuration that is there.</summary>
    public async Task RunAsync(IReadOnlyList<string> launcher, bool reads = true, params (string Name, string Value)[] environment)
    {
        var process = BalancerProcess.Start(Host, Balancer, Folder, launcher, Balancer.Run(ConfigurationFile), reads, environment);
        _process = process;
        await Eventually.HoldsAsync(
            async () => !process.IsRunning || ((!reads || Balancer.IsReady(process.Log)) && process.Family.Catches(Balancer.ReloadSignal) && await IsListeningAsync()), () => $"{Balancer.Name} is not ready:\n{process.Log}");
        if (!process.IsRunning)
        {
            throw new InvalidOperationException($"{Balancer.Name} ended with {process.ExitCode}:\n{process.Log}\n{await File.ReadAllTextAsync(ConfigurationFile)}");
        }
    }

    /// <summary>Only starts it, with the configuration that is there: for one that is expected to end.</summary>
    public BalancerProcess StartProcess() => BalancerProcess.Start(Host, Balancer, Folder, [], Balancer.Run(ConfigurationFile));

    /// <summary>A client of the balancer.</summary>
    /// <param name="source">Its own address; null: the kernel's choice.</param>
    /// <param name="listener">ip:port; null: the usual one.</param>
    public async Task<Connection> ConnectAsync(string? source = null, string? listener = null)
    {
        var address = IPEndPoint.Parse(listener ?? Setup.Listener);
        var socket = Host.CreateSocket(address.AddressFamily);
        socket.NoDelay = true;
        try
        {
            if (source is not null)
            {
                socket.Bind(IPEndPoint.Parse(source.Contains(':', StringComparison.Ordinal) ? source : source + ":0"));
            }

            await socket.ConnectAsync(address).WaitAsync(Connection.Patience, TimeProvider.System);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<TlsClient> ConnectTlsAsync(string serverName = Authority.Name, string? listener = null) =>
        await TlsClient.StartAsync((await ConnectAsync(listener: listener)).Socket, serverName);

    /// <summary>Waits until the balancer has let go of every client and backend.</summary>
    public Task RelaysNothingAsync() => RelaysNoMoreThanAsync(0);

    /// <summary>Waits until the balancer has no more than so many sockets to clients and backends.</summary>
    public async Task RelaysNoMoreThanAsync(int sockets)
    {
        IReadOnlyList<string> open = [];
        await Eventually.HoldsAsync(
            async () => (open = await RelayedAsync()).Count <= sockets, () => $"{open.Count} sockets of relayed connections, such as {string.Join("", open.Take(1))}");
    }

    /// <summary>The balancer's sockets to clients and backends, as ss shows them: those that a process still holds.</summary>
    public async Task<IReadOnlyList<string>> RelayedAsync()
    {
        var ids = Process.Family.Ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"pid={id},")).ToList();
        var sockets = await Host.SocketsAsync("-p", "( sport = :6443 or dport = :7001 )");
        return [.. sockets.Where(line => ids.Any(id => line.Contains(id, StringComparison.Ordinal)))];
    }

    /// <summary>Who listens at the balancer's address, as ss names the processes.</summary>
    public async Task<string> ListenersAsync() => string.Join('\n', await Host.SocketsAsync("-l", "-p", "sport", "=", ":6443"));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        foreach (var actor in _actors)
        {
            await actor.DisposeAsync();
        }

        await Host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static EndPoint EndPointOf(string name, string? address) => address switch
    {
        null => IPEndPoint.Parse(string.Create(CultureInfo.InvariantCulture, $"{AddressOf(name)}:{BackendPort}")),
        ['u', 'n', 'i', 'x', ':', .. var path] => new UnixDomainSocketEndPoint(path),
        _ => IPEndPoint.Parse(address),
    };

    private async Task<bool> IsListeningAsync() => (await Host.SocketsAsync("-l", "sport", "=", ":6443")).Count > 0;
}
