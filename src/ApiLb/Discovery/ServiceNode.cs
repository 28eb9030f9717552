using System.Net;

namespace ApiLb.Discovery;

/// <summary>A node that takes traffic for Services.</summary>
/// <param name="Name">Of the node.</param>
/// <param name="Address">Its first internal one: a node of a dual-stack cluster has two, and is one member.</param>
/// <param name="Zone">Where it is; null: not told.</param>
/// <param name="IsReady">By its kubelet's word.</param>
internal sealed record ServiceNode(string Name, IPAddress Address, string? Zone, bool IsReady);
