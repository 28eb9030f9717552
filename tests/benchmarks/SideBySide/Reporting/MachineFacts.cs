using System.Runtime.InteropServices;

namespace ApiLb.Benchmarks.SideBySide.Reporting;

/// <summary>Where and when the figures were taken; without this they cannot be compared with others.</summary>
internal sealed record MachineFacts(DateTimeOffset Date, string System, string Kernel, string Processor, int Cores, string LoadAverage)
{
    public static MachineFacts Read() => new(
        TimeProvider.System.GetUtcNow(),
        RuntimeInformation.OSDescription,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        ReadProcessor(),
        Environment.ProcessorCount,
        File.ReadAllText("/proc/loadavg").Split(' ')[0]);

    private static string ReadProcessor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
