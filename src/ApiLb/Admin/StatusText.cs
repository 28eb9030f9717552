using System.Globalization;

namespace ApiLb.Admin;

/// <summary>What is said about a backend or a member of etcd in a few words: the same on the status page and in <c>apilb status</c>.</summary>
internal static class StatusText
{
    /// <summary>The operator's word comes first, because it wins.</summary>
    public static string StateOf(BackendStatus backend) =>
        backend.Mode == "ready" ? Words(backend.Status) : $"{backend.Mode}, {Words(backend.Status)}";

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

    public static string LatencyOf(double? seconds) => seconds is { } known ? ShortText.Latency(known) : "-";

    /// <summary>How many are open, of how many there may be.</summary>
    public static string OpenOf(ListenerStatus listener) => listener.MaxConnections is { } most
        ? $"{ShortText.Count(listener.Active)}/{ShortText.Count(most)}"
        : ShortText.Count(listener.Active);

    /// <summary>Every pool that serves clients of this listener, each once.</summary>
    public static IEnumerable<string> PoolsOf(ListenerStatus listener) =>
        listener.Routes.Select(r => r.Pool).Prepend(listener.Pool).OfType<string>().Distinct(StringComparer.Ordinal);

    public static string QuorumOf(EtcdStatus etcd) => etcd.Quorum switch { "held" => "quorum", "lost" => "no quorum", _ => "quorum unknown" };

    public static string StateOf(EtcdMemberStatus member) => member is { Status: "up", Healthy: false } ? "up, not ready" : member.Status;

    public static string RoleOf(EtcdMemberStatus member) => member switch
    {
        { Leader: true } => "leader",
        { Learner: true } => "learner",
        { Status: "up" } => "follower",
        _ => "-",
    };

    /// <summary>It needs somebody now; the others may wait for the morning.</summary>
    public static bool IsGrave(EtcdAlarmStatus alarm) => alarm.Alarm is "quorum_lost" or "two_leaders" or "corrupt" or "no_space";

    public static string Words(string label) => label.Replace('_', ' ');

    /// <summary>The time for what happened today, else the date too.</summary>
    private static string Since(OrderStatus order)
    {
        var at = order.At.ToLocalTime();
        var isToday = at.Date == TimeProvider.System.GetLocalNow().Date;
        return at.ToString(isToday ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
