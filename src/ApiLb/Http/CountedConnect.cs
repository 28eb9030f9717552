using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>Kestrel's extended CONNECT (RFC 8441: a WebSocket within HTTP/2), with its bytes counted.</summary>
internal sealed class CountedConnect(ProxiedRequest request, IHttpExtendedConnectFeature inner) : IHttpExtendedConnectFeature
{
    public bool IsExtendedConnect => inner.IsExtendedConnect;

    public string? Protocol => inner.Protocol;

    public async ValueTask<Stream> AcceptAsync() => new UpgradedStream(request, await inner.AcceptAsync());
}
