using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Enumeration;

namespace ApiLb.Telemetry;

/// <summary>The process as a whole: build, start, and the four facts every Prometheus client library reports under the same names.</summary>
internal static class ProcessInstruments
{
    /// <summary>One plain file for each descriptor. /proc/self/fd has links, and .NET asks about the target of each: 14 us each time.</summary>
    private const string Descriptors = "/proc/self/fdinfo";
    private const string Limits = "/proc/self/limits";

    public static void AddTo(Meter meter, ProcessLifetime lifetime)
    {
        meter.CreateObservableGauge(
            "apilb_build_info",
            () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", ProcessLifetime.Version)),
            description: "Always 1; the version is in the label.");
        var startTime = lifetime.StartedAt.ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("apilb_process_start_time", () => startTime, "s", "When the daemon started, in Unix time.");
        meter.CreateObservableCounter(
            "process_cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "User and system CPU time of the process.");
        meter.CreateObservableGauge("process_resident_memory", () => Environment.WorkingSet, "By", "Resident memory of the process.");
        meter.CreateObservableGauge("process_open_fds", CountDescriptors, description: "Open file descriptors of the process.");
        var maximum = ReadDescriptorLimit();
        meter.CreateObservableGauge("process_max_fds", () => maximum, description: "The most file descriptors the process may open.");
        meter.CreateObservableCounter(
            "apilb_log_lines_dropped", () => LogQueue.DroppedLines, description: "Log lines that were dropped because nobody read the log fast enough.");
    }

    /// <summary>Counts without making a string for each: at 65,000 connections there are twice as many entries.</summary>
    private static int CountDescriptors() => new FileSystemEnumerable<bool>(Descriptors, static (ref _) => true).Count();

    /// <summary>The soft limit. Read once: the runtime raises it to the hard limit when it starts.</summary>
    private static long ReadDescriptorLimit()
    {
        var line = File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 3 && long.TryParse(words[3], CultureInfo.InvariantCulture, out var limit) ? limit : 0;
    }
}
