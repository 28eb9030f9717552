using System.Diagnostics;
using System.Globalization;

namespace ApiLb.EndToEndTests.Processes;

/// <summary>The CPU time used since the meter was made, in percent of one core: by the balancer, by these tests, by the whole machine.</summary>
internal sealed class CpuMeter(LabProcess balancer)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _machine = Machine();
    private readonly TimeSpan _tests = Tests();
    private readonly TimeSpan _balancer = balancer.CpuTime;

    public CpuShares Read()
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        return new CpuShares(100 * ((balancer.CpuTime - _balancer) / elapsed), 100 * ((Tests() - _tests) / elapsed), 100 * ((Machine() - _machine) / elapsed));
    }

    private static TimeSpan Tests()
    {
        using var tests = Process.GetCurrentProcess();
        return tests.TotalProcessorTime;
    }

    // proc(5): "cpu user nice system idle iowait irq softirq steal ...", in hundredths of a second, over all cores.
    private static TimeSpan Machine()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromMilliseconds(10 * (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]));
    }
}
