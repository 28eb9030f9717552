using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>One admin request, after it is known that whoever asks may ask.</summary>
/// <param name="Query">Its parameters.</param>
/// <param name="Peer">Who asks; null when the kernel does not say.</param>
/// <param name="Request">As it came.</param>
internal readonly record struct AdminCall(AdminQuery Query, PeerCredentials? Peer, HttpRequest Request)
{
    /// <summary>Whose word it is, for people.</summary>
    public string By => Peer?.ToString() ?? "somebody";
}
