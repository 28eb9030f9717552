namespace ApiLb.Discovery;

/// <summary>An address that a source named and that cannot be a member.</summary>
internal sealed record RefusedMember(Member Member, string Reason);
