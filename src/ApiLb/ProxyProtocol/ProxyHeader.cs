using System.Net;

namespace ApiLb.ProxyProtocol;

/// <summary>A PROXY header: whom the sender speaks for.</summary>
/// <param name="Length">Bytes that it takes; the client's own begin behind it.</param>
/// <param name="Version">1 or 2.</param>
/// <param name="Source">The client; null when the connection's own addresses are meant (LOCAL, UNKNOWN, or no TCP over IP).</param>
/// <param name="Destination">Where the client connected to; null together with <paramref name="Source"/>.</param>
internal readonly record struct ProxyHeader(int Length, int Version, IPEndPoint? Source = null, IPEndPoint? Destination = null);
