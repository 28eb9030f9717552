using System.Globalization;

namespace ApiLb.Admin;

/// <summary>Durations, sizes and counts in the few characters that a table has.</summary>
internal static class ShortText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Two units at most: <c>12s</c>, <c>3m04s</c>, <c>3h12m</c>, <c>5d02h</c>.</summary>
    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Max(0, seconds));
        return time switch
        {
            { TotalMinutes: < 1 } => Invariant($"{(int)time.TotalSeconds}s"),
            { TotalHours: < 1 } => Invariant($"{time.Minutes}m{time.Seconds:00}s"),
            { TotalDays: < 1 } => Invariant($"{time.Hours}h{time.Minutes:00}m"),
            _ => Invariant($"{(int)time.TotalDays}d{time.Hours:00}h"),
        };
    }

    /// <summary><c>0.4 ms</c>, <c>12 ms</c>, <c>1.5 s</c>.</summary>
    public static string Latency(double seconds) => seconds switch
    {
        < 0.01 => Invariant($"{seconds * 1000:0.#} ms"),
        < 1 => Invariant($"{seconds * 1000:0} ms"),
        _ => Invariant($"{seconds:0.#} s"),
    };

    /// <summary>Per second: <c>0/s</c>, <c>0.3/s</c>, <c>412/s</c>.</summary>
    public static string Rate(double perSecond) => Invariant($"{(perSecond is > 0 and < 9.95 ? $"{perSecond:0.0}" : $"{perSecond:N0}")}/s");

    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? Invariant($"{bytes} B") : Invariant($"{(value < 9.95 ? $"{value:0.0}" : $"{value:0}")} {Units[unit]}");
    }

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
