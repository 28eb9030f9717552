using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>What runs on both balancer hosts, and the keepalived that its own documentation puts beside it.</summary>
internal abstract class BalancerKind(string name)
{
    public string Name { get; } = name;

    /// <summary>The executable, which must be there before it can start.</summary>
    public abstract string Program { get; }

    /// <summary>The host to which the address returns whenever that host is fit; null: it stays where it is.</summary>
    public virtual LabHost? Home => null;

    /// <summary>Skips the test when two hosts of this kind cannot share an address on this machine; on CI it fails.</summary>
    public void RequirePrerequisites() =>
        Prerequisites.Require("ip", "nsenter", "mount", "umount", "nft", "keepalived", "nginx", "curl", "openssl", Program);

    /// <summary>Writes its configuration into the host's directory and returns the arguments.</summary>
    public abstract IReadOnlyList<string> Prepare(string root, string authorityFile);

    /// <summary>Likewise for keepalived: the text of its configuration.</summary>
    public abstract string Keepalived(string root, LabHost host);
}
