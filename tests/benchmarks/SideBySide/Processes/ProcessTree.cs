using System.Globalization;

namespace ApiLb.Benchmarks.SideBySide.Processes;

/// <summary>What a process and its descendants (an nginx master and its worker) use, read from /proc.</summary>
internal sealed class ProcessTree(int rootId)
{
    // The unit of utime and stime in /proc/PID/stat (USER_HZ), fixed at 100 for user space on x86 and arm64.
    private const long TicksPerUserHertz = TimeSpan.TicksPerSecond / 100;
    private const int NanosecondsPerTick = 100;

    private static readonly TimeSpan SettlePollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(15);
    private const int SettleReadings = 30;
    private const long SettledBytes = 32 * 1024;

    // A compiler that runs in the process, as .NET's does, gives its working memory back 10 to 20 s after its last method.
    private static readonly TimeSpan CleaningUp = TimeSpan.FromSeconds(22);

    /// <summary>User and system time of all threads, those that ended included.</summary>
    public TimeSpan ReadCpuTime() => Ids().Aggregate(TimeSpan.Zero, (sum, id) => sum + ReadCpuTime(id));

    /// <summary>Anonymous memory in bytes. A page that master and worker share counts once.</summary>
    public long ReadAnonymousMemory() => Ids().Sum(ReadAnonymousMemory);

    /// <summary>Anonymous memory in bytes once it no longer moves, or at the deadline: the program may still be cleaning up.</summary>
    public async Task<long> ReadSettledAnonymousMemoryAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(CleaningUp, TimeProvider.System, cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        var readings = new Queue<long>();
        while (true)
        {
            readings.Enqueue(ReadAnonymousMemory());
            if (readings.Count > SettleReadings)
            {
                readings.Dequeue();
            }

            var isSettled = readings.Count == SettleReadings && readings.Max() - readings.Min() <= SettledBytes;
            if (isSettled || TimeProvider.System.GetElapsedTime(start) > SettleDeadline)
            {
                return readings.Last();
            }

            await Task.Delay(SettlePollInterval, TimeProvider.System, cancellationToken);
        }
    }

    // Both sources are lower bounds of the same figure (the kernel scales utime + stime to the scheduler's run time, see cputime_adjust in
    // kernel/sched/cputime.c): stat is cut down to 10 ms twice, schedstat is exact but forgets threads that ended. The larger one is nearer.
    private static TimeSpan ReadCpuTime(int id)
    {
        var fields = File.ReadAllText(Path(id, "stat"));
        var afterName = fields[(fields.LastIndexOf(')') + 2)..].Split(' ');
        var stat = (Number(afterName[11]) + Number(afterName[12])) * TicksPerUserHertz;
        var schedstat = Directory.EnumerateDirectories(Path(id, "task")).Sum(ReadThreadRunTime) / NanosecondsPerTick;
        return TimeSpan.FromTicks(Math.Max(stat, schedstat));
    }

    private static long ReadThreadRunTime(string threadDirectory)
    {
        try
        {
            return Number(File.ReadAllText($"{threadDirectory}/schedstat").Split(' ')[0]);
        }
        catch (IOException)
        {
            return 0; // The thread ended after it was listed, or the kernel keeps no such statistics.
        }
    }

    // smaps_rollup, Pss_Anon: since Linux 5.9.
    private static long ReadAnonymousMemory(int id)
    {
        var line = File.ReadLines(Path(id, "smaps_rollup")).First(text => text.StartsWith("Pss_Anon:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>The root first.</summary>
    public IReadOnlyList<int> Ids()
    {
        var ids = new List<int> { rootId };
        for (var i = 0; i < ids.Count; i++)
        {
            ids.AddRange(ReadChildren(ids[i]));
        }

        return ids;
    }

    private static IEnumerable<int> ReadChildren(int id) =>
        Directory.EnumerateDirectories(Path(id, "task"))
            .Select(thread => File.ReadAllText($"{thread}/children"))
            .SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(child => (int)Number(child));

    private static string Path(int id, string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{name}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
