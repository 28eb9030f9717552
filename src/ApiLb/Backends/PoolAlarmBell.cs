using Microsoft.Extensions.Logging;

namespace ApiLb.Backends;

/// <summary>Says once when something is wrong with a pool as a whole, and once when it no longer is. Thread-safe.</summary>
internal sealed partial class PoolAlarmBell(string pool, ILogger logger)
{
    private int _alarm;

    /// <summary>Looks at a new snapshot, and logs what has changed.</summary>
    /// <returns>True when the alarm is another than at the last look.</returns>
    public bool Look(PoolSnapshot snapshot)
    {
        var alarm = snapshot.Alarm;
        if ((PoolAlarm)Interlocked.Exchange(ref _alarm, (int)alarm) == alarm)
        {
            return false;
        }

        if (alarm == PoolAlarm.None)
        {
            Log.Over(logger, pool, snapshot.ReadyCount, snapshot.Backends.Count);
        }
        else
        {
            Log.Alarm(logger, pool, alarm, TextOf(alarm));
        }

        return true;
    }

    private static string TextOf(PoolAlarm alarm) => alarm switch
    {
        PoolAlarm.EtcdUnready => "every apiserver is red because of etcd: connections go on to all of them; look at etcd",
        PoolAlarm.NobodyReady => "nobody is ready: connections go to all who are alive",
        PoolAlarm.AllSilent => "every host fell silent at once, so it may be this host's own network: established connections are kept until one of them is heard again; look at the link and the switch",
        PoolAlarm.NobodyAlive => "nobody is alive: clients are reset",
        _ => "nobody may be used: operator modes, weights or missing addresses exclude everyone; clients are reset",
    };

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "Pool {Pool}: alarm {Alarm}: {Text}.")]
        public static partial void Alarm(ILogger logger, string pool, PoolAlarm alarm, string text);

        [LoggerMessage(4, LogLevel.Information, "Pool {Pool}: the alarm is over: {Ready} of {Total} ready.")]
        public static partial void Over(ILogger logger, string pool, int ready, int total);
    }
}
