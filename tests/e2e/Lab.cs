using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests;

/// <summary>A whole control plane behind a balancer: three hosts with etcd and an apiserver each, and a controller manager that lives through the balancer.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(90);

    // A few per apiserver, held at the same time: a balancer that counts connections must come to each of them.
    private const int SearchConnections = 12;

    private readonly LabDirectory _directory;
    private readonly Dictionary<string, string> _serverNames = new(StringComparer.Ordinal);
    private ClusterCredentials? _credentials;

    private Lab(LabDirectory directory)
    {
        _directory = directory;
        Hosts = [.. LabHost.ControlPlane.Select(host => new ControlPlaneHost(host, directory, host.Name))];
        Kubectl = new Kubectl(directory, First.AdminKubeconfig);
    }

    public IReadOnlyList<ControlPlaneHost> Hosts { get; }

    public BalancerProcess Balancer { get; } = BalancerProcess.Choose();

    /// <summary>kubectl through the balancer.</summary>
    public Kubectl Kubectl { get; }

    /// <summary>kubeadm through the balancer.</summary>
    public KubeadmCluster Cluster => new(First, Kubectl);

    public ClusterCredentials Credentials => _credentials ?? throw new InvalidOperationException("the lab has no PKI yet");

    /// <summary>New connections through the balancer.</summary>
    public TlsClient Client => new(Credentials, LabHost.Balancer1.ApiEndPoint, _serverNames);

    /// <summary>As <see cref="Client"/>, but over HTTP/2, as kubelets and controllers come.</summary>
    public TlsClient Http2Client => new(Credentials, LabHost.Balancer1.ApiEndPoint, _serverNames) { OffersHttp2 = true };

    private ControlPlaneHost First => Hosts[0];

    /// <summary>Lays the hosts and starts everything. Returns when the controller manager works through the balancer.</summary>
    public static async Task<Lab> UpAsync()
    {
        var lab = new Lab(await LabDirectory.OpenAsync());
        try
        {
            await lab.LayAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>A kubeadm on a host that has nothing of a cluster yet.</summary>
    public (Kubeadm Kubeadm, string Root) NewHost()
    {
        var root = _directory.RootOf("joining-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        return (new Kubeadm(LabHost.Client, root), root);
    }

    /// <summary>A control-plane host with nothing but the PKI's common part. The caller disposes it.</summary>
    public ControlPlaneHost AddHost(LabHost host)
    {
        var added = new ControlPlaneHost(host, _directory, $"{host.Name}-added-{Guid.NewGuid():N}");
        added.CopySharedPkiFrom(First);
        return added;
    }

    /// <summary>A control-plane host that knows nothing of the cluster until kubeadm has joined it. The caller disposes it.</summary>
    public ControlPlaneHost BlankHost(LabHost host) => new(host, _directory, $"{host.Name}-blank-{Guid.NewGuid():N}");

    /// <summary>An ApiLb that discovers. The caller disposes it.</summary>
    public DiscoveringApiLb StartDiscovering(LabHost host, string firstMembers, string? hostsFile = null) =>
        DiscoveringApiLb.Start(_directory, host, Path.Combine(First.Pki, "ca.crt"), firstMembers, hostsFile);

    /// <summary>`apilb kubeconfig` through the balancer.</summary>
    public Task WriteKubeconfigAsync(string path, params string[] rights) => Command.RunOnAsync(
        LabHost.Client, new ApiLbBalancer().Program, ["kubeconfig", "--admin", First.AdminKubeconfig, "--out", path, .. rights]);

    /// <summary>New connections to a balancer of the test's own, or to an apiserver directly.</summary>
    public TlsClient ClientOf(LabHost host) => new(Credentials, host.ApiEndPoint, _serverNames);

    /// <summary>kubectl with a kubeconfig of the test's own.</summary>
    public Kubectl KubectlWith(string kubeconfig) => new(_directory, kubeconfig);

    /// <summary>The root of a host's own files.</summary>
    public string RootOf(LabHost host) => _directory.RootOf(host.Name);

    /// <summary>Any program on any host. The caller disposes it.</summary>
    public LabProcess Start(LabHost host, string name, IEnumerable<string> command) => LabProcess.Start(_directory, host, name, command);

    /// <summary>What the time before `kubeadm init` was like: empty etcd, no apiserver, no controller manager, no balancer.</summary>
    public async Task ForgetClusterAsync()
    {
        await Balancer.DisposeAsync();
        await Task.WhenAll(Hosts.Select(host => host.ForgetClusterAsync()));
        foreach (var host in Hosts)
        {
            host.StartEtcd();
        }
    }

    /// <summary>Starts the controller manager, which has ended.</summary>
    public void StartControllerManager() => First.StartControllerManager();

    /// <summary>The controller manager ends when it cannot renew its lease for ten seconds: it is the balancer's oldest client.</summary>
    public bool IsControllerManagerRunning => First.IsControllerManagerRunning;

    /// <summary>
    /// Makes the lab as good as new: starts what a test has stopped and gives it a balancer without a past, which spreads all clients
    /// evenly. Returns when it gives new connections to all three apiservers.
    /// </summary>
    public async Task RecoverAsync()
    {
        await EndFaultsAsync();
        foreach (var host in Hosts.Where(host => !host.IsApiServerRunning))
        {
            host.StartApiServer();
        }

        await Task.WhenAll(Hosts.Select(ReadyAsync));
        await RestartBalancerAsync();
        await ControllerManagerRenewsAsync();
    }

    /// <summary>A balancer that knows nothing yet. Returns when it gives new connections to all three apiservers.</summary>
    public async Task RestartBalancerAsync()
    {
        await Balancer.RestartAsync();
        await UsesAllAsync();
    }

    /// <summary>Thaws what is frozen, brings vanished hosts and lost etcd members back, and ends stand-ins. What was stopped stays so.</summary>
    public async Task EndFaultsAsync()
    {
        foreach (var host in Hosts)
        {
            host.ThawApiServer();
            await LabNetwork.PlugAsync(host.Host);
            await host.RemoveStandInAsync();
            if (!host.IsEtcdRunning)
            {
                host.StartEtcd();
            }
        }
    }

    /// <summary>Gives all apiservers these arguments besides their usual ones, until <see cref="RecoverAsync"/> finds them stopped.</summary>
    public async Task RestartApiServersAsync(params string[] extraArguments)
    {
        foreach (var host in Hosts)
        {
            await host.KillApiServerAsync();
            host.StartApiServer(extraArguments);
        }

        await Task.WhenAll(Hosts.Select(ReadyAsync));
        await RestartBalancerAsync();
    }

    /// <summary>Waits until the apiserver of a host says, to a client that asks it directly, that it is ready.</summary>
    public Task ReadyAsync(ControlPlaneHost host)
    {
        var direct = ClientOf(host.Host);
        return Eventually.HoldsAsync($"the apiserver of {host.Host.Name} is ready", ReadyDeadline, async () =>
        {
            host.EnsureRunning();
            var answer = await direct.RequestAsync("/readyz");
            return answer.Outcome == ConnectionOutcome.Served ? null : answer.Detail;
        });
    }

    /// <summary>Keeps a measurement in a file beside the logs.</summary>
    public void Record(string figure) => File.AppendAllText(_directory.LogOf("figures"), figure + "\n");

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        foreach (var host in Hosts)
        {
            await host.DisposeAsync();
        }

        _credentials?.Dispose();
        await LabNetwork.RemoveAsync();
        await _directory.DisposeAsync();
    }

    private async Task LayAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await LabNetwork.RemoveAsync();
        await LabNetwork.LayAsync();
        await MakePkiAsync();
        RecordStep("hosts and PKI", started);
        foreach (var host in Hosts)
        {
            host.StartEtcd();
            host.StartApiServer();
        }

        await Task.WhenAll(Hosts.Select(ReadyAsync));
        RecordStep("three etcd members and apiservers", started);
        Balancer.Start(_directory, LabHost.Balancer1, Path.Combine(First.Pki, "ca.crt"));
        await UsesAllAsync();
        RecordStep(Balancer.Name, started);
        First.StartControllerManager();
        await Eventually.HoldsAsync("the controller manager has made the default service account", ReadyDeadline, async () =>
        {
            Balancer.EnsureRunning();
            var accounts = await Kubectl.RunAsync("get", "serviceaccounts", "--output", "name");
            return accounts == "serviceaccount/default\n" ? null : $"service accounts: '{accounts}'";
        });
        RecordStep("controller manager", started);
    }

    /// <summary>
    /// One that still runs may be lost already: its connection stood on a frozen apiserver for longer than its lease lasts.
    /// </summary>
    private Task ControllerManagerRenewsAsync()
    {
        var before = "";
        return Eventually.HoldsAsync("the controller manager renews its lease", ReadyDeadline, async () =>
        {
            if (!IsControllerManagerRunning)
            {
                First.StartControllerManager();
            }

            var renewed = await Kubectl.RunAsync(
                "get", "lease", "kube-controller-manager", "--namespace", "kube-system", "--ignore-not-found", "--output", "jsonpath={.spec.renewTime}");
            before = before.Length == 0 ? renewed : before;
            return renewed == before ? $"renewed last at {renewed}" : null;
        });
    }

    private Task UsesAllAsync() =>
        Eventually.HoldsAsync($"{Balancer.Name} uses all three apiservers", ReadyDeadline, async () =>
        {
            Balancer.EnsureRunning();
            var servers = await Client.FindServersAsync(SearchConnections);
            return servers.SetEquals(_serverNames.Values) ? null : string.Join(", ", servers);
        });

    private async Task MakePkiAsync()
    {
        await First.Kubeadm.PrepareAsync();
        await Task.WhenAll(Hosts.Skip(1).Select(host =>
        {
            host.CopySharedPkiFrom(First);
            return host.Kubeadm.PrepareAsync();
        }));
        foreach (var host in Hosts)
        {
            _serverNames.Add(host.ApiServerThumbprint(), host.Host.Name);
        }

        _credentials = new ClusterCredentials(await File.ReadAllTextAsync(First.AdminKubeconfig));
    }

    private void RecordStep(string step, long started) =>
        Record(string.Create(CultureInfo.InvariantCulture, $"up after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {step}"));
}
