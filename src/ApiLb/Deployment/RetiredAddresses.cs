using ApiLb.Listening;

namespace ApiLb.Deployment;

/// <summary>Addresses on which nobody listens any longer, for as long as connections live that came over them. Thread-safe.</summary>
internal sealed class RetiredAddresses : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly HashSet<Task> _ending = [];

    /// <summary>They stop accepting now; their connections live until they end, or until <see cref="StopAsync"/>.</summary>
    public async Task AddAsync(IReadOnlyList<AddressServer> addresses)
    {
        foreach (var address in addresses)
        {
            await address.UnbindAsync();
        }

        lock (_lock)
        {
            _ending.RemoveWhere(t => t.IsCompleted);
            _ending.UnionWith(addresses.Select(EndAsync));
        }
    }

    /// <summary>Waits for the connections to end, and cuts those that still live when the token fires.</summary>
    public async Task StopAsync(CancellationToken cut)
    {
        using var registration = cut.Register(_cut.Cancel);
        await Task.WhenAll(Ending());
    }

    /// <summary>Cuts what still lives.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _cut.Dispose();
    }

    private Task[] Ending()
    {
        lock (_lock)
        {
            return [.. _ending];
        }
    }

    private async Task EndAsync(AddressServer address)
    {
        await address.StopAsync(_cut.Token);
        await address.DisposeAsync();
    }
}
