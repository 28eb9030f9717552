namespace ApiLb.Transport;

/// <summary>Whom a proxy speaks for. An object of its own, so that connections without a proxy pay for a reference only.</summary>
/// <param name="Source">The client.</param>
/// <param name="Destination">Where the client connected to.</param>
internal sealed record ForwardedAddresses(ClientAddress Source, ClientAddress Destination);
