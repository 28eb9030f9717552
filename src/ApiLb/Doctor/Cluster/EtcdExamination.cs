using ApiLb.Configuration;
using ApiLb.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Doctor.Cluster;

/// <summary>Asks every watched member of etcd, and tells what their answers add up to.</summary>
internal sealed class EtcdExamination(EtcdOptions options, TimeProvider time)
{
    private const string Check = "etcd";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        using var factory = new EtcdMemberFactory(options, time, NullLogger.Instance);
        var states = await Task.WhenAll(factory.CreateAll().Select(m => AskAsync(m, cancellationToken)));
        return [.. Judge(EtcdAssessment.Assess(states, EtcdQuorum.Unknown))];
    }

    /// <summary>As often as it takes until a member that does not answer counts as down.</summary>
    private async Task<EtcdMemberState> AskAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        await using var reader = member.Reader;
        var state = new EtcdMemberState(member.Name, member.Host);
        for (var attempt = 0; attempt < EtcdMemberState.Fall && !state.IsFresh; attempt++)
        {
            using var timer = new CancellationTokenSource(options.Timeout, time);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            state = state.After(await reader.ReadAsync(deadline.Token), time.GetElapsedTime(0));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return state;
    }

    private static IEnumerable<Finding> Judge(EtcdSnapshot etcd)
    {
        var voters = $"{etcd.VotersUp} of {etcd.Voters} voters answer, {etcd.VotersNeeded} must agree";
        if (etcd.Quorum == EtcdQuorum.Held)
        {
            yield return Finding.Ok(Check, $"quorum held: {voters}{(etcd.LeaderName is { } leader ? $", the leader is {leader}" : "")}");
        }
        else if (!etcd.QuorumLost)
        {
            yield return Finding.Error(Check, $"no member sees a leader: {voters}", "start the missing members: without quorum every apiserver's /readyz is red");
        }

        foreach (var condition in etcd.Conditions)
        {
            yield return new Finding(SeverityOf(condition.Kind), Check, condition.Detail);
        }
    }

    private static Severity SeverityOf(EtcdConditionKind kind) =>
        kind is EtcdConditionKind.MemberUnreadable or EtcdConditionKind.DatabaseNearlyFull or EtcdConditionKind.EvenVoters ? Severity.Warning : Severity.Error;
}
