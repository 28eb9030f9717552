using System.Globalization;

namespace ApiLb.Systemd;

/// <summary>The sockets that systemd, or another service manager, has bound for this process: sd_listen_fds(3).</summary>
internal static class PassedDescriptors
{
    /// <summary>SD_LISTEN_FDS_START.</summary>
    private const int First = 3;

    /// <summary>No program passes more; a number beyond is a mistake.</summary>
    private const int Most = 1024;

    /// <summary>Takes the variables out of the environment, so that no child takes the descriptors for its own.</summary>
    /// <returns>Descriptors that this process owns; empty when there are none for it.</returns>
    public static IReadOnlyList<int> FromEnvironment()
    {
        var passed = Parse(Environment.GetEnvironmentVariable("LISTEN_FDS"), Environment.GetEnvironmentVariable("LISTEN_PID"), Environment.ProcessId);
        Environment.SetEnvironmentVariable("LISTEN_FDS", null);
        Environment.SetEnvironmentVariable("LISTEN_PID", null);
        Environment.SetEnvironmentVariable("LISTEN_FDNAMES", null);
        return passed;
    }

    public static IReadOnlyList<int> Parse(string? count, string? pid, int ownPid)
    {
        var isForUs = pid == ownPid.ToString(CultureInfo.InvariantCulture);
        return isForUs && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most
            ? [.. Enumerable.Range(First, number)]
            : [];
    }
}
