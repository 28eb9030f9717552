using System.Globalization;

namespace ApiLb.BehaviourTests.Network;

/// <summary>
/// A share of one core that processes may use in each tenth of a second, by a control group of version 1 or 2: whatever the kernel
/// has mounted and lets root make.
/// </summary>
internal sealed class CpuQuota : IAsyncDisposable
{
    private const int PeriodMicroseconds = 100_000;

    private readonly string _group;
    private readonly bool _isVersion2;

    private CpuQuota(string group, bool isVersion2) => (_group, _isVersion2) = (group, isVersion2);

    public string Kind => _isVersion2 ? "cgroup v2" : "cgroup v1";

    /// <summary>How often processes had to wait for the next period.</summary>
    public long Throttled => long.Parse(
        File.ReadAllLines(Path.Combine(_group, "cpu.stat")).First(line => line.StartsWith("nr_throttled ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <returns>Null when there is no such control group here, or none may be made.</returns>
    public static CpuQuota? TryMake(string name) => TryMake("/sys/fs/cgroup/cpu", name, isVersion2: false) ?? TryMake("/sys/fs/cgroup/cpu,cpuacct", name, isVersion2: false) ?? TryMake("/sys/fs/cgroup", name, isVersion2: true);

    /// <summary>Limits these processes to a share of one core.</summary>
    public void Limit(IEnumerable<int> processes, double share)
    {
        Write((int)(share * PeriodMicroseconds));
        foreach (var process in processes)
        {
            File.WriteAllText(Path.Combine(_group, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The processes stay in the group, without a limit.</summary>
    public void Lift() => Write(null);

    public async ValueTask DisposeAsync() => await Eventually.HoldsAsync(TryRemove, () => "in use: " + File.ReadAllText(Path.Combine(_group, "cgroup.procs")));

    private static CpuQuota? TryMake(string parent, string name, bool isVersion2)
    {
        CpuQuota quota = new(Path.Combine(parent, name), isVersion2);
        try
        {
            if (isVersion2)
            {
                File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), "+cpu");
            }

            if (!File.Exists(Path.Combine(parent, "cgroup.procs")))
            {
                return null;
            }

            Directory.CreateDirectory(quota._group);
            quota.Write(PeriodMicroseconds);
            return quota;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            quota.TryRemove();
            return null;
        }
    }

    private void Write(int? quota)
    {
        var (file, value) = _isVersion2
            ? ("cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota?.ToString(CultureInfo.InvariantCulture) ?? "max"} {PeriodMicroseconds}"))
            : ("cpu.cfs_quota_us", (quota ?? -1).ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Combine(_group, file), value);
    }

    /// <summary>A group whose last process has just ended may still be in use.</summary>
    private bool TryRemove()
    {
        try
        {
            if (Directory.Exists(_group))
            {
                Directory.Delete(_group);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
