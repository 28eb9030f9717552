using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Telemetry;

/// <summary>Warns once when the local ports towards a backend run short, and again only after they were plenty meanwhile.</summary>
internal sealed partial class SourcePortService(SourcePorts ports, TimeProvider time, ILogger<SourcePortService> logger)
{
    private const double Short = 0.8;
    private const double Plenty = 0.7;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly HashSet<Backend> _warned = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Check();
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round. Not thread-safe.</summary>
    public void Check()
    {
        foreach (var (backend, ratio) in ports.Used())
        {
            if (ratio > Short && _warned.Add(backend))
            {
                Log.Short(logger, backend.Pool, backend.Name, ratio);
            }
            else if (ratio < Plenty)
            {
                _warned.Remove(backend);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning,
            "Pool {Pool}: backend {Backend}: {Ratio:P0} of the local ports are in use; when they are, connections to it fail. Widen net.ipv4.ip_local_port_range, or spread the clients over more load balancers.")]
        public static partial void Short(ILogger logger, string pool, string backend, double ratio);
    }
}
