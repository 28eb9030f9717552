using System.Diagnostics;
using System.Globalization;
using System.Text;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Balancers;

/// <summary>A running balancer, seen from outside: its log, its signals, and what /proc says about it and its workers.</summary>
internal sealed class BalancerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TestHost _host;
    private readonly HttpClient _http;

    private BalancerProcess(Process process, TestHost host, Balancer balancer, string folder)
    {
        _process = process;
        _host = host;
        Balancer = balancer;
        Folder = folder;
        _http = LocalHttp.On(host);
    }

    public Balancer Balancer { get; }

    public string Folder { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>The process and its descendants.</summary>
    public ProcessFamily Family => new(Id);

    /// <param name="host">Where it runs.</param>
    /// <param name="balancer">Whose program.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="launcher">A command that becomes another, which is the rest of its arguments.</param>
    /// <param name="arguments">The program's.</param>
    /// <param name="reads">False: nobody reads what it writes.</param>
    /// <param name="environment">In addition to this process's own.</param>
    public static BalancerProcess Start(
        TestHost host, Balancer balancer, string folder, IReadOnlyList<string> launcher, IReadOnlyList<string> arguments, bool reads = true, params (string Name, string Value)[] environment)
    {
        string[] command = [.. host.Launcher, .. launcher, balancer.Program, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("JOURNAL_STREAM");
        start.Environment.Remove("NOTIFY_SOCKET");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        BalancerProcess balancerProcess = new(new Process { StartInfo = start }, host, balancer, folder);
        balancerProcess._process.OutputDataReceived += (_, line) => balancerProcess.Keep(line.Data);
        balancerProcess._process.ErrorDataReceived += (_, line) => balancerProcess.Keep(line.Data);
        balancerProcess._process.Start();
        if (reads)
        {
            balancerProcess._process.BeginOutputReadLine();
            balancerProcess._process.BeginErrorReadLine();
        }

        return balancerProcess;
    }

    public void Send(int signal) => Signal.Send(Id, signal);

    public Task SaysAsync(string part, TimeSpan? deadline = null) =>
        Eventually.HoldsAsync(() => Log.Contains(part, StringComparison.Ordinal), () => $"no '{part}' in:\n{Log}", deadline);

    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline ?? Patience, TimeProvider.System);
            return _process.ExitCode;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{Balancer.Name} still runs after {(deadline ?? Patience).TotalSeconds} s:\n{Log}", e);
        }
    }

    public Task<string> MetricsAsync() => _http.GetStringAsync(new Uri("http://127.0.0.1:8404/metrics"));

    /// <summary>The value of one series of its metrics.</summary>
    /// <param name="series">Name and labels as they are served.</param>
    public async Task<double> MetricAsync(string series) => Value(await MetricsAsync(), series);

    /// <summary>The same, of metrics that were scraped otherwise; 0 without such a series.</summary>
    public static double Value(string metrics, string series)
    {
        var line = metrics.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        // Successors too: they hold the pipes of the first process, whose end is waited for.
        foreach (var id in Family.Ids.Concat(await _host.RunningAsync(Folder)))
        {
            Signal.Send(id, Signal.Kill);
        }

        await _process.WaitForExitAsync();

        _process.Dispose();
        _http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
            }
        }
    }
}
