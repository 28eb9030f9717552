using ApiLb.EndToEndTests.Balancers;

namespace ApiLb.EndToEndTests.Announcement;

/// <summary>The hosts that announce the address; they are laid by the first test that asks for them.</summary>
public sealed class AnnouncementFixture : IAsyncDisposable
{
    private AnnouncedBalancers? _balancers;

    internal async Task<AnnouncedBalancers> BalancersAsync()
    {
        Prerequisites.Require("ip", "nsenter", "mount", "umount", "nft", "sysctl", "bird", "birdc", "nginx", "curl", "openssl", ApiLbBalancer.Executable);
        return _balancers ??= await AnnouncedBalancers.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_balancers is not null)
        {
            await _balancers.DisposeAsync();
        }
    }
}
