using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>Tells what changes in the sources of one pool, once each, to the log and to the events. One caller at a time.</summary>
/// <param name="pool">Its name.</param>
/// <param name="logger">For all of it.</param>
/// <param name="tell">For what the pool's own events do not say: members that come and go are told by the pool.</param>
internal sealed partial class SourceJournal(string pool, ILogger logger, Action<string> tell)
{
    private readonly Dictionary<string, DiscoveryResult> _failing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<RefusedMember>> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubting = new(StringComparer.Ordinal);

    public void Restored(string source, IReadOnlyList<Member> members)
    {
        Log.Restored(logger, pool, source, members.Count);
        tell($"{source}: begins with the {members.Count} members that it had before the restart");
    }

    public void Failed(string source, DiscoveryFailure failure)
    {
        if (!_failing.TryGetValue(source, out var last) || last != failure.Result)
        {
            _failing[source] = failure.Result;
            Log.Failed(logger, pool, source, failure.Reason);
            tell($"{source} failed: {failure.Reason}; the last good list stays");
        }
    }

    public void WaitFailed(string source, DiscoveryFailure failure) => Log.WaitFailed(logger, pool, source, failure.Reason);

    public void Observed(string source, IReadOnlyList<RefusedMember> refused, GuardDecision decision)
    {
        if (_failing.Remove(source))
        {
            Log.Recovered(logger, pool, source);
            tell($"{source} recovered");
        }

        ReportRefused(source, refused);
        ReportDoubt(source, decision);
        foreach (var member in decision.Added)
        {
            Log.Added(logger, pool, source, member);
        }

        foreach (var member in decision.Removed)
        {
            Log.Removed(logger, pool, source, member);
        }
    }

    private void ReportRefused(string source, IReadOnlyList<RefusedMember> refused)
    {
        var before = _refused.GetValueOrDefault(source) ?? [];
        foreach (var member in refused.Where(r => !before.Contains(r)))
        {
            Log.Refused(logger, pool, source, member.Member, member.Reason);
            tell($"{source} names {member.Member}, which is refused: {member.Reason}");
        }

        _refused[source] = [.. refused];
    }

    private void ReportDoubt(string source, GuardDecision decision)
    {
        if (decision.Kept.Count == 0)
        {
            _doubting.Remove(source);
        }
        else if (_doubting.Add(source))
        {
            Log.Doubted(logger, pool, source, decision.Kept.Count, decision.State.Members.Count, MembershipGuard.TimesToBelieve);
            tell($"{source} misses {decision.Kept.Count} of {decision.State.Members.Count} members at once; they stay for now");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pool {Pool}: discovery from {Source} failed: {Reason}; the last good list stays.")]
        public static partial void Failed(ILogger logger, string pool, string source, string reason);

        [LoggerMessage(2, LogLevel.Information, "Pool {Pool}: discovery from {Source} recovered.")]
        public static partial void Recovered(ILogger logger, string pool, string source);

        [LoggerMessage(3, LogLevel.Information, "Pool {Pool}: discovery from {Source} added {Member}.")]
        public static partial void Added(ILogger logger, string pool, string source, Member member);

        [LoggerMessage(4, LogLevel.Information, "Pool {Pool}: discovery from {Source} removed {Member}.")]
        public static partial void Removed(ILogger logger, string pool, string source, Member member);

        [LoggerMessage(5, LogLevel.Warning, "Pool {Pool}: discovery from {Source} names {Member}, which is refused: {Reason}.")]
        public static partial void Refused(ILogger logger, string pool, string source, Member member, string reason);

        [LoggerMessage(6, LogLevel.Warning, "Pool {Pool}: {Source} misses {Missing} of {Members} members at once; they stay until it said so {Times} times in a row and they no longer answer.")]
        public static partial void Doubted(ILogger logger, string pool, string source, int missing, int members, int times);

        [LoggerMessage(7, LogLevel.Information, "Pool {Pool}: begins with the {Count} members that {Source} had before the restart.")]
        public static partial void Restored(ILogger logger, string pool, string source, int count);

        [LoggerMessage(8, LogLevel.Debug, "Pool {Pool}: changes at {Source} cannot be waited for: {Reason}")]
        public static partial void WaitFailed(ILogger logger, string pool, string source, string reason);
    }
}
