using System.Globalization;
using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>What is said about a backend in a few words.</summary>
internal static class BackendText
{
    /// <summary>The operator's word comes first, because it wins.</summary>
    public static string StateOf(BackendStatus backend) =>
        backend.Mode == "ready" ? Words(backend.Status) : $"{backend.Mode}, {Words(backend.Status)}";

    public static Style StyleOf(BackendStatus backend) => (backend.Mode, backend.Status) switch
    {
        (not "ready", _) => Paint.Doubtful,
        (_, "ready") => Paint.Good,
        (_, "dead") => Paint.Bad,
        (_, "unknown") => Paint.Faint,
        _ => Paint.Doubtful,
    };

    /// <summary>How the last check ended, and in which time.</summary>
    public static string CheckOf(ProbeStatus? probe) => probe switch
    {
        null => "none yet",
        { Result: "passed" or "status", StatusCode: { } code } => $"{code} in {ShortText.Latency(probe.DurationSeconds)}",
        { StatusCode: { } code } => $"{code} {Words(probe.Result)}",
        { Result: "passed" } => $"passed in {ShortText.Latency(probe.DurationSeconds)}",
        _ => $"{probe.Layer.ToUpperInvariant()} {Words(probe.Result)}",
    };

    /// <summary>After the order: <c>by operator since 10:02, ends in 8m00s, set by uid 0</c>.</summary>
    public static string Order(OrderStatus order) =>
        $"by operator since {Since(order)}, {(order.SecondsLeft is { } left ? $"ends in {ShortText.Duration(left)}, " : "")}set by {order.By}";

    public static string Words(string label) => label.Replace('_', ' ');

    /// <summary>The time for what happened today, else the date too.</summary>
    private static string Since(OrderStatus order)
    {
        var at = order.At.ToLocalTime();
        var isToday = at.Date == TimeProvider.System.GetLocalNow().Date;
        return at.ToString(isToday ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
