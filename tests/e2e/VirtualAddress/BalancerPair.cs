using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Two balancer hosts that share a virtual address, in front of nginx, which stands in for three apiservers.</summary>
internal sealed class BalancerPair : IAsyncDisposable
{
    private const string Root = "/run/apilb-vip";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly LabDirectory _directory;
    private readonly BalancerKind _kind;
    private readonly StandInApiServers _backends;
    private readonly BalancerHost[] _hosts;

    private BalancerPair(LabDirectory directory, BalancerKind kind)
    {
        _directory = directory;
        _kind = kind;
        _backends = new StandInApiServers(directory, VipNetwork.Backends, VipNetwork.BackendEndPoints);
        _hosts = [.. new[] { VipNetwork.Balancer1, VipNetwork.Balancer2 }.Select(host => new BalancerHost(host, kind, directory, _backends.Certificate))];
    }

    public IReadOnlyList<BalancerHost> Hosts => _hosts;

    /// <summary>A client of the virtual address.</summary>
    public VipClient Client => ClientOf(VipNetwork.VirtualAddress);

    /// <summary>Lays the hosts and starts everything. Returns when clients of the virtual address are served.</summary>
    public static async Task<BalancerPair> UpAsync(BalancerKind kind)
    {
        var pair = new BalancerPair(await LabDirectory.OpenAsync(Root), kind);
        try
        {
            await VipNetwork.RemoveAsync();
            await VipNetwork.LayAsync();
            await pair._backends.MakeCertificateAsync([VipNetwork.VirtualAddress, .. pair._hosts.Select(host => host.Host.Address)]);
            await pair.RecoverAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what is stopped, heals the network, and waits until both hosts are fit and one of them has the address.</summary>
    public async Task RecoverAsync()
    {
        await VipNetwork.HealAsync();
        StartBackends();
        foreach (var host in _hosts)
        {
            await VipNetwork.PlugAsync(host.Host);
            host.Start();
        }

        await BothFeelAsync(isFit: true);
        foreach (var host in _hosts)
        {
            await ServesAsync(host.Host.Address);
        }

        if (_hosts.FirstOrDefault(host => host.Host == _kind.Home) is { } home)
        {
            await home.TakesAddressAsync();
        }

        await HolderAsync();
        await ServesAsync(VipNetwork.VirtualAddress);
    }

    /// <summary>Waits until exactly one host has the address.</summary>
    public async Task<BalancerHost> HolderAsync()
    {
        BalancerHost? holder = null;
        await Eventually.HoldsAsync("exactly one host has the virtual address", Deadline, async () =>
        {
            var holders = await HoldersAsync();
            holder = holders.Count == 1 ? holders[0] : null;
            return holder is null ? $"{holders.Count} have it" : null;
        });
        return holder!;
    }

    public BalancerHost OtherThan(BalancerHost host) => _hosts.Single(other => other != host);

    public Task IsOnBothAsync() => Eventually.HoldsAsync(
        "each host takes itself for the only one", Deadline, async () => (await HoldersAsync()).Count == 2 ? null : "not both have the virtual address");

    /// <summary>Waits until keepalived of each host thinks that so much is well: all that it checks, or less.</summary>
    public Task BothFeelAsync(bool isFit) => Eventually.HoldsAsync(
        isFit ? "both hosts are fit" : "neither host is fit", Deadline, () => Task.FromResult(
            _hosts.All(host => host.IsFit == isFit) ? null : string.Join("; ", _hosts.Select(host => $"{host.Host.Name}: {host.KeepalivedLog}"))));

    /// <summary>How often the address was taken, on both hosts together.</summary>
    public int Takeovers => _hosts.Sum(host => host.Takeovers);

    public void StartBackends() => _backends.Start();

    public Task KillBackendsAsync() => _backends.KillAsync();

    /// <summary>Keeps a measurement in a file beside the logs.</summary>
    public void Record(string figure) => File.AppendAllText(_directory.LogOf("figures"), figure + "\n");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _backends.DisposeAsync();

        await VipNetwork.RemoveAsync();
        await _directory.DisposeAsync();
    }

    private async Task<List<BalancerHost>> HoldersAsync()
    {
        var holders = new List<BalancerHost>();
        foreach (var host in _hosts)
        {
            if (await host.HasVirtualAddressAsync())
            {
                holders.Add(host);
            }
        }

        return holders;
    }

    private VipClient ClientOf(IPAddress address) =>
        new(VipNetwork.Client, new IPEndPoint(address, LabHost.ApiPort), X509CertificateLoader.LoadCertificateFromFile(_backends.Certificate));

    private Task ServesAsync(IPAddress address) => Eventually.HoldsAsync($"{address} serves", Deadline, ClientOf(address).RequestAsync);
}
