using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.VirtualAddress;

namespace ApiLb.EndToEndTests.Announcement;

/// <summary>Three balancer hosts that announce one address to a router, which spreads clients over them.</summary>
internal sealed class AnnouncedBalancers : IAsyncDisposable
{
    private const string Root = "/run/apilb-bgp";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly LabDirectory _directory;
    private readonly StandInApiServers _backends;
    private LabProcess? _router;

    private AnnouncedBalancers(LabDirectory directory)
    {
        _directory = directory;
        _backends = new StandInApiServers(directory, AnnouncementNetwork.Backends, [AnnouncementNetwork.Backends.ApiEndPoint]);
        Hosts = [.. AnnouncementNetwork.Balancers.Select(host => new AnnouncingHost(host, directory, _backends.Certificate))];
    }

    public IReadOnlyList<AnnouncingHost> Hosts { get; }

    public static async Task<AnnouncedBalancers> UpAsync()
    {
        var balancers = new AnnouncedBalancers(await LabDirectory.OpenAsync(Root));
        try
        {
            await AnnouncementNetwork.RemoveAsync();
            await AnnouncementNetwork.LayAsync();
            await balancers._backends.MakeCertificateAsync([AnnouncementNetwork.VirtualAddress, .. AnnouncementNetwork.Balancers.Select(host => host.Address)]);
            balancers.StartRouter();
            await balancers.RecoverAsync();
            return balancers;
        }
        catch
        {
            await balancers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what is stopped, heals the network, and waits until the router uses all hosts.</summary>
    public async Task RecoverAsync()
    {
        _backends.Start();
        foreach (var host in Hosts)
        {
            await AnnouncementNetwork.PlugAsync(host.Host);
            await AnnouncementNetwork.HealAsync(host.Host);
            host.Start();
        }

        foreach (var host in Hosts)
        {
            await host.IsReadyAsync();
            await Eventually.HoldsAsync($"{host.Host.Name} serves", Deadline, ClientOf(host.Host.Address).RequestAsync);
        }

        await RouterUsesAsync(Hosts);
    }

    /// <summary>Waits until the router sends clients to exactly these.</summary>
    public static Task RouterUsesAsync(IEnumerable<AnnouncingHost> hosts)
    {
        var wanted = string.Join(' ', hosts.Select(host => host.Host.Name));
        return Eventually.HoldsAsync($"the router uses exactly: {wanted}", Deadline, async () =>
        {
            var seen = string.Join(' ', await AnnouncementNetwork.NextHopsAsync());
            return seen == wanted ? null : seen;
        });
    }

    /// <summary>Lets something happen while new connections to the virtual address come every 50 ms.</summary>
    public async Task<GapReport> UnderTrafficAsync(Func<Task> happenAsync)
    {
        const int enough = 20;
        await RecoverAsync();
        await using var connections = NewConnections.Start(ClientOf(AnnouncementNetwork.VirtualAddress));
        await connections.ServesMoreAsync(enough);
        await happenAsync();
        await connections.ServesMoreAsync(enough);
        return await connections.StopAsync();
    }

    /// <summary>One new connection to the virtual address: null when it was served, else what happened instead.</summary>
    public Task<string?> RequestAsync() => ClientOf(AnnouncementNetwork.VirtualAddress).RequestAsync();

    public Task KillBackendsAsync() => _backends.KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts)
        {
            await host.DisposeAsync();
        }

        await _backends.DisposeAsync();
        if (_router is not null)
        {
            await _router.DisposeAsync();
        }

        await AnnouncementNetwork.RemoveAsync();
        await _directory.DisposeAsync();
    }

    private VipClient ClientOf(IPAddress address) =>
        new(AnnouncementNetwork.Client, new IPEndPoint(address, LabHost.ApiPort), X509CertificateLoader.LoadCertificateFromFile(_backends.Certificate));

    private void StartRouter()
    {
        var root = _directory.RootOf(AnnouncementNetwork.Router.Name);
        var configuration = Path.Combine(root, "bird.conf");
        File.WriteAllText(configuration, $$"""
            log stderr all;
            router id {{AnnouncementNetwork.Router.Address}};
            protocol device { }
            protocol bfd { interface "*" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
            protocol kernel { merge paths on; ipv4 { import none; export all; }; }
            template bgp balancer {
                local as 64513;
                bfd on;
                connect delay time 1;
                connect retry time 2;
                error wait time 1, 5;
                ipv4 { import all; export none; };
            }

            """ + string.Join('\n', AnnouncementNetwork.Balancers.Select(host => $"protocol bgp {host.Name} from balancer {{ neighbor {host.Address} as 64512; }}")) + "\n");
        _router = LabProcess.Start(
            _directory, AnnouncementNetwork.Router, "bird",
            ["bird", "-f", "-c", configuration, "-s", Path.Combine(root, "bird.ctl"), "-P", Path.Combine(root, "bird.pid")]);
    }
}
