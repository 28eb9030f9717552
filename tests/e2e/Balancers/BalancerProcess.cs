using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>A load balancer in front of the three apiservers: the one under test, or a peer to compare it with.</summary>
internal abstract class BalancerProcess(string name) : IAsyncDisposable
{
    private const string Choice = "APILB_E2E_BALANCER";

    private Func<LabProcess>? _start;
    private LabProcess? _process;

    public string Name { get; } = name;

    /// <summary>The balancer that the environment asks for; ApiLb when it says nothing.</summary>
    public static BalancerProcess Choose() => Environment.GetEnvironmentVariable(Choice) switch
    {
        null or "" or "apilb" => new ApiLbBalancer(),
        "haproxy" => new HaProxyBalancer(),
        "haproxy-tuned" => new TunedHaProxyBalancer(),
        var other => throw new InvalidOperationException($"{Choice}={other}: allowed are apilb, haproxy and haproxy-tuned"),
    };

    private LabProcess Process => _process ?? throw new InvalidOperationException(Name + " was never started");

    /// <summary>The executable, which must be there before it can start.</summary>
    public abstract string Program { get; }

    /// <summary>What the present process has written.</summary>
    public string Log => _process?.Log ?? string.Empty;

    /// <summary>Starts it on a host. It may not answer yet when this returns.</summary>
    /// <param name="directory">Where its configuration goes.</param>
    /// <param name="host">Which host runs it.</param>
    /// <param name="authorityFile">The cluster's CA certificate.</param>
    public void Start(LabDirectory directory, LabHost host, string authorityFile)
    {
        var root = directory.RootOf(host.Name);
        var configuration = Path.Combine(root, Name + ".conf");
        File.WriteAllText(configuration, Configuration(root, authorityFile));
        _start = () => LabProcess.Start(directory, host, Name, [Program, .. Arguments(configuration)]);
        _process = _start();
    }

    /// <summary>What it is configured with on a host.</summary>
    /// <param name="root">The host's own files.</param>
    /// <param name="authorityFile">The cluster's CA certificate.</param>
    public string ConfigurationOn(string root, string authorityFile) => Configuration(root, authorityFile);

    /// <summary>A new process that has seen nothing yet, with the same configuration.</summary>
    public async Task RestartAsync()
    {
        await DisposeAsync();
        _process = _start?.Invoke() ?? throw new InvalidOperationException(Name + " was never started");
    }

    /// <summary>The id of the present process.</summary>
    public int Id => Process.Id;

    /// <summary>Begins to measure the CPU time of the present process.</summary>
    public CpuMeter MeterCpu() => new(Process);

    /// <summary>Throws what its log ends with, once it has ended.</summary>
    public void EnsureRunning() => _process?.EnsureRunning();

    /// <summary>kill -9, until <see cref="RestartAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    protected abstract string Configuration(string root, string authorityFile);

    protected abstract IReadOnlyList<string> Arguments(string configuration);
}
