using System.Net;

namespace ApiLb.EndToEndTests.Network;

/// <summary>A host of a lab: its name, its address on the lab's one network, and the namespace that it is.</summary>
/// <param name="Name">Its name within the lab.</param>
/// <param name="Address">Its own address, not one that it may take over.</param>
/// <param name="Prefix">What the names of this lab's namespaces begin with.</param>
internal sealed record LabHost(string Name, IPAddress Address, string Prefix = "apilb-")
{
    /// <summary>The port of every apiserver, and of the balancer in front of them.</summary>
    public const int ApiPort = 6443;

    public static LabHost ControlPlane1 { get; } = new("cp1", IPAddress.Parse("10.99.0.11"));

    public static LabHost ControlPlane2 { get; } = new("cp2", IPAddress.Parse("10.99.0.12"));

    public static LabHost ControlPlane3 { get; } = new("cp3", IPAddress.Parse("10.99.0.13"));

    /// <summary>A host that is added later; nothing runs there yet.</summary>
    public static LabHost ControlPlane4 { get; } = new("cp4", IPAddress.Parse("10.99.0.14"));

    public static LabHost Balancer1 { get; } = new("lb1", IPAddress.Parse("10.99.0.21"));

    /// <summary>For tests that bring a balancer of their own; nothing runs there yet.</summary>
    public static LabHost Balancer2 { get; } = new("lb2", IPAddress.Parse("10.99.0.22"));

    public static LabHost Client { get; } = new("client", IPAddress.Parse("10.99.0.31"));

    /// <summary>The address that two balancers may share; part of every apiserver certificate.</summary>
    public static IPAddress VirtualAddress { get; } = IPAddress.Parse("10.99.0.20");

    public static IReadOnlyList<LabHost> ControlPlane { get; } = [ControlPlane1, ControlPlane2, ControlPlane3];

    public static IReadOnlyList<LabHost> All { get; } = [.. ControlPlane, ControlPlane4, Balancer1, Balancer2, Client];

    public NetworkNamespace Namespace { get; } = new(Prefix + Name);

    public IPEndPoint ApiEndPoint => new(Address, ApiPort);
}
