using System.Globalization;
using ApiLb.EndToEndTests;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>A machine with ApiLb's package, and a backend for its one listener.</summary>
internal sealed class LoadBalancerHost : IAsyncDisposable
{
    public const string ConfigurationFile = "/etc/apilb/apilb.yaml";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Backend _backend = new("cp1");

    private LoadBalancerHost(Machine machine) => Machine = machine;

    public Machine Machine { get; }

    public int Port { get; } = FreePort.Find();

    /// <summary>One listener before one backend.</summary>
    public string Configuration =>
        $$"""
        listeners:
          api: { bind: "127.0.0.1:{{Port}}", protocol: tcp, pool: control-plane }
        pools:
          control-plane:
            backends: ["cp1=127.0.0.1:{{_backend.Port}}"]
            health: { type: tcp }
        admin: { listen: none }
        shutdown: { grace: 1s }

        """;

    /// <summary>Boots it without the package.</summary>
    public static async Task<LoadBalancerHost> BootAsync(string tree)
    {
        Prerequisites.Demand();
        return new LoadBalancerHost(await Machine.BootAsync(tree));
    }

    /// <summary>Boots it, and installs the package where a configuration is already: the daemon runs.</summary>
    public static async Task<LoadBalancerHost> WithServiceAsync(string tree, string? dropIn = null)
    {
        var host = await BootAsync(tree);
        try
        {
            if (dropIn is not null)
            {
                await host.Machine.WriteAsync("/etc/systemd/system/apilb.service.d/test.conf", dropIn);
            }

            await host.Machine.WriteAsync(ConfigurationFile, host.Configuration);
            await host.InstallAsync(Packages.Deb);
            Assert.Equal("active", await host.StateAsync());
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <returns>What dpkg and the package's scripts said.</returns>
    public Task<string> InstallAsync(string deb) => Machine.RunAsync($"dpkg --install /packages/{Path.GetRelativePath(Packages.Folder, deb)} 2>&1");

    /// <summary>As on a distribution of rpm: Debian's rpm wants to be told that this is meant, and knows none of Debian's packages.</summary>
    /// <param name="option">--install, --upgrade.</param>
    /// <param name="rpm">One of <see cref="Packages"/>.</param>
    /// <returns>What rpm and the package's scripts said.</returns>
    public Task<string> RpmAsync(string option, string rpm) => Machine.RunAsync($"rpm {option} --nodeps --force-debian /packages/{Path.GetRelativePath(Packages.Folder, rpm)} 2>&1");

    /// <summary>active, inactive, failed, activating, ...</summary>
    public async Task<string> StateAsync() => await PropertyAsync("ActiveState");

    public Task<string> PropertyAsync(string property) => Machine.RunAsync($"systemctl show --value --property={property} apilb.service");

    public async Task<int> DaemonAsync() => int.Parse(await PropertyAsync("MainPID"), NumberStyles.None, CultureInfo.InvariantCulture);

    public async Task<bool> KnowsAsync(string command) => (await Machine.TryAsync($"apilb --help | grep --quiet '^  {command} '")).ExitCode == 0;

    /// <summary>Waits until another process than this one serves.</summary>
    public Task ReplacedAsync(int daemon) => Eventually.HoldsAsync("another daemon serves", Patience, async () =>
    {
        if (await DaemonAsync() is var now && (now == daemon || now == 0))
        {
            return $"process {now}";
        }

        try
        {
            return await Clients.WhoServesAsync(Port) == "cp1" ? null : "somebody else";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    });

    public async ValueTask DisposeAsync()
    {
        await Machine.DisposeAsync();
        await _backend.DisposeAsync();
    }
}
