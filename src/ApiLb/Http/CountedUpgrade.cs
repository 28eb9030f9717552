using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>Kestrel's upgrade of a connection to another protocol, with its bytes counted.</summary>
internal sealed class CountedUpgrade(ProxiedRequest request, IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => new UpgradedStream(request, await inner.UpgradeAsync());
}
