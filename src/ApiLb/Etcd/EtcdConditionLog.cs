using Microsoft.Extensions.Logging;

namespace ApiLb.Etcd;

/// <summary>Logs what begins and what ends, and nothing in between. Called by the monitor alone, one snapshot after the other.</summary>
internal sealed partial class EtcdConditionLog(TimeProvider time, ILogger logger)
{
    private readonly List<(EtcdCondition Condition, long Began)> _open = [];

    /// <returns>Whether anything began or ended.</returns>
    public bool Update(IReadOnlyList<EtcdCondition> conditions)
    {
        var began = conditions.Where(c => !_open.Exists(o => o.Condition.IsSameAs(c))).ToArray();
        var ended = _open.Where(o => !conditions.Any(o.Condition.IsSameAs)).ToArray();
        foreach (var condition in began)
        {
            _open.Add((condition, time.GetTimestamp()));
            Log.Began(logger, condition.Detail);
        }

        foreach (var (condition, since) in ended)
        {
            _open.RemoveAll(o => o.Condition.IsSameAs(condition));
            Log.Ended(logger, time.GetElapsedTime(since).TotalSeconds, condition.Detail);
        }

        return began.Length + ended.Length > 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "etcd: {Detail}.")]
        public static partial void Began(ILogger logger, string detail);

        [LoggerMessage(2, LogLevel.Information, "etcd: over after {Seconds:0} s: {Detail}.")]
        public static partial void Ended(ILogger logger, double seconds, string detail);
    }
}
