using System.Diagnostics.CodeAnalysis;

namespace ApiLb.Discovery;

/// <summary>One look at a source: all members that it has now, or why they cannot be told.</summary>
internal sealed class DiscoveredMembers
{
    private readonly IReadOnlyList<Member> _members;
    private readonly DiscoveryFailure? _failure;

    private DiscoveredMembers(IReadOnlyList<Member> members, DiscoveryFailure? failure)
    {
        _members = members;
        _failure = failure;
    }

    public static DiscoveredMembers Of(IReadOnlyList<Member> members) => new(members, null);

    public static DiscoveredMembers Failed(DiscoveryFailure failure) => new([], failure);

    public bool TryGet(out IReadOnlyList<Member> members, [NotNullWhen(false)] out DiscoveryFailure? failure)
    {
        members = _members;
        failure = _failure;
        return failure is null;
    }
}
