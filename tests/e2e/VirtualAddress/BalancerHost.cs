using System.Text.RegularExpressions;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>One of the two hosts that share the virtual address: a balancer and keepalived.</summary>
internal sealed partial class BalancerHost(LabHost host, BalancerKind kind, LabDirectory directory, string authorityFile) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TakeoverDeadline = TimeSpan.FromSeconds(90);

    private readonly string _root = directory.RootOf(host.Name);
    private LabProcess? _balancer;
    private LabProcess? _keepalived;
    private int _keepalivedStarts;

    public LabHost Host { get; } = host;

    /// <summary>What keepalived has said since it was started last.</summary>
    public string KeepalivedLog => _keepalived?.Log ?? string.Empty;

    /// <summary>Whether keepalived could take the address, and all its checks were passed the last time.</summary>
    public bool IsFit
    {
        get
        {
            var lines = KeepalivedLog.Split('\n');
            var scripts = lines.Select(line => ScriptVerdict().Match(line)).Where(match => match.Success)
                .GroupBy(match => match.Groups["script"].Value, match => match.Groups["verdict"].Value).ToList();
            var state = lines.LastOrDefault(line => line.Contains(") Entering ", StringComparison.Ordinal));
            return state?.Contains("FAULT", StringComparison.Ordinal) == false && scripts.Count > 0 && scripts.All(verdicts => verdicts.Last() == "succeeded");
        }
    }

    /// <summary>How often keepalived has taken the address since it was started last.</summary>
    public int Takeovers => KeepalivedLog.Split("Entering MASTER STATE").Length - 1;

    public Task<bool> HasVirtualAddressAsync() => VipNetwork.HasVirtualAddressAsync(Host);

    public Task TakesAddressAsync() => Eventually.HoldsAsync(
        $"the virtual address is on {Host.Name}", TakeoverDeadline, async () => await HasVirtualAddressAsync() ? null : "it is not there");

    /// <summary>Starts what does not run, as systemd would.</summary>
    public void Start()
    {
        if (_balancer is not { IsRunning: true })
        {
            _balancer = LabProcess.Start(directory, Host, kind.Name, [kind.Program, .. kind.Prepare(_root, authorityFile)]);
        }

        if (_keepalived is not { IsRunning: true })
        {
            var configuration = Path.Combine(_root, "keepalived.conf");
            File.WriteAllText(configuration, kind.Keepalived(_root, Host));
            _keepalived = LabProcess.Start(directory, Host, $"keepalived-{++_keepalivedStarts}",
            [
                "keepalived", "--dont-fork", "--log-console", "--no-syslog", "--log-detail", "--vrrp", "--config-id", Host.Name, "--use-file", configuration,
                "--pid", Path.Combine(_root, "keepalived.pid"), "--vrrp_pid", Path.Combine(_root, "vrrp.pid"),
            ]);
        }
    }

    public Task KillBalancerAsync() => _balancer!.KillAsync();

    public Task StopBalancerAsync() => _balancer!.TerminateAsync(Grace);

    public Task KillKeepalivedAsync() => _keepalived!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _keepalived, _balancer }.OfType<LabProcess>())
        {
            await process.DisposeAsync();
        }
    }

    [GeneratedRegex(@"VRRP_Script\((?<script>\w+)\) (?<verdict>\w+)")]
    private static partial Regex ScriptVerdict();
}
