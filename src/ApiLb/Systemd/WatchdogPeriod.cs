using System.Globalization;

namespace ApiLb.Systemd;

/// <summary>How often systemd wants a sign of life, from WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)).</summary>
internal static class WatchdogPeriod
{
    /// <summary>The variable that tells the period in microseconds.</summary>
    public const string Variable = "WATCHDOG_USEC";

    /// <summary>Takes both variables out of the environment.</summary>
    /// <returns>The period, or null when systemd wants none of this process.</returns>
    public static TimeSpan? FromEnvironment()
    {
        var period = Parse(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        Environment.SetEnvironmentVariable(Variable, null);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        return period;
    }

    public static TimeSpan? Parse(string? microseconds, string? pid, int ownPid)
    {
        var isForUs = string.IsNullOrEmpty(pid) || pid == ownPid.ToString(CultureInfo.InvariantCulture);
        return isForUs && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var usec) && usec > 0
            ? TimeSpan.FromMicroseconds(usec)
            : null;
    }
}
