namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>The one pair of balancer hosts with ApiLb; it is laid by the first test that asks for it.</summary>
public sealed class VirtualAddressFixture : IAsyncDisposable
{
    private BalancerPair? _pair;

    internal async Task<BalancerPair> PairAsync()
    {
        var kind = new ApiLbKind();
        kind.RequirePrerequisites();
        return _pair ??= await BalancerPair.UpAsync(kind);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pair is not null)
        {
            await _pair.DisposeAsync();
        }
    }
}
