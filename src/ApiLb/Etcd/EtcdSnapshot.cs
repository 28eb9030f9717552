using System.Net;

namespace ApiLb.Etcd;

/// <summary>etcd at one moment, as far as it is watched. Immutable; made by <see cref="EtcdAssessment"/>.</summary>
internal sealed record EtcdSnapshot
{
    public required IReadOnlyList<EtcdMemberSnapshot> Members { get; init; }

    public required EtcdQuorum Quorum { get; init; }

    public required int Voters { get; init; }

    public required int VotersUp { get; init; }

    /// <summary>Voters that must agree.</summary>
    public required int VotersNeeded { get; init; }

    /// <summary>0: none known.</summary>
    public required ulong LeaderId { get; init; }

    /// <summary>Null: none known.</summary>
    public required string? LeaderName { get; init; }

    /// <summary>Everything that is wrong, the worst first.</summary>
    public required IReadOnlyList<EtcdCondition> Conditions { get; init; }

    /// <summary>No apiserver may be taken out for a red <c>/readyz</c>: they all have the same reason.</summary>
    public bool QuorumLost => Quorum == EtcdQuorum.Lost;

    public bool Has(EtcdConditionKind kind) => Conditions.Any(c => c.Kind == kind);

    /// <summary>Whether etcd calls the data of the member on this host corrupt.</summary>
    /// <param name="host">A backend's host: an IP address without brackets, or a name.</param>
    public bool IsCorrupt(string host) => Members.Any(m => m.IsCorrupt && IsSameHost(m.Host, host));

    private static bool IsSameHost(string one, string other) =>
        IPAddress.TryParse(one, out var address) && IPAddress.TryParse(other, out var otherAddress)
            ? address.Equals(otherAddress)
            : string.Equals(one.TrimEnd('.'), other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
