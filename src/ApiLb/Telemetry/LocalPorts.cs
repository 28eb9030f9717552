using System.Globalization;

namespace ApiLb.Telemetry;

/// <summary>
/// The ports from which the kernel takes one for each outgoing connection. One port serves connections to several
/// destinations at once, so each backend address has all of them to itself.
/// </summary>
internal static class LocalPorts
{
    private const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
    private const string Reserved = "/proc/sys/net/ipv4/ip_local_reserved_ports";

    /// <summary>How many there are; null when the kernel does not say. It may be changed while the daemon runs.</summary>
    public static int? Count()
    {
        try
        {
            return Count(string.Join(' ', File.ReadLines(Range)), string.Join(',', File.ReadLines(Reserved)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="range">Two numbers, such as <c>32768 60999</c>.</param>
    /// <param name="reserved">Numbers and ranges, such as <c>35000,40000-40100</c>; the kernel keeps them sorted and apart.</param>
    public static int? Count(string range, string reserved)
    {
        var ends = range.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (ends.Length != 2 || !TryParse(ends[0], out var first) || !TryParse(ends[1], out var last))
        {
            return null;
        }

        var count = last - first + 1;
        foreach (var part in reserved.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (TryParse(dash < 0 ? part : part[..dash], out var from) && TryParse(part[(dash + 1)..], out var to))
            {
                count -= Math.Max(0, Math.Min(to, last) - Math.Max(from, first) + 1);
            }
        }

        return Math.Max(count, 1);
    }

    private static bool TryParse(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
