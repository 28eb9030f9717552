using System.Net;

namespace ApiLb.Discovery;

/// <summary>One server that a source named.</summary>
/// <param name="Name">What the source calls it; empty: nothing.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="IsBackup">To be used only when no other member can be.</param>
internal sealed record Member(string Name, IPEndPoint Address, bool IsBackup = false)
{
    public override string ToString() => Name.Length == 0 ? Address.ToString() : $"{Name} ({Address})";
}
