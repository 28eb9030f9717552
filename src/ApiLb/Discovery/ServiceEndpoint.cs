using System.Net;

namespace ApiLb.Discovery;

/// <summary>One address and port of those who serve a Service.</summary>
/// <param name="Name">Of the pod; empty: not told.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">What the Service calls the port; empty when it has only one.</param>
/// <param name="Zone">Where it runs; null: not told.</param>
/// <param name="State">Whether it is to get connections.</param>
internal sealed record ServiceEndpoint(string Name, IPEndPoint Address, string Port, string? Zone, ServiceEndpointState State);
