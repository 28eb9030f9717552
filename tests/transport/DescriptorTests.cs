using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Connections come and go; descriptors and slots come back.</summary>
public sealed class DescriptorTests
{
    private const int Connections = 5000;
    private const int AtOnce = 20;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task ManyConnectionsOpenedAndClosed_NothingIsLeftOver(int resetEvery)
    {
        using var backend = new Backend();
        await using var relay = await RelayServer.StartAsync(backend.Target);
        await ServeBatchAsync(relay, backend, resetEvery);
        await Eventually.SeesAsync(() => relay.Open, open => open == 0, "no open connection");
        var before = Descriptors.Count();

        for (var served = 0; served < Connections; served += AtOnce)
        {
            await ServeBatchAsync(relay, backend, resetEvery);
        }

        await Eventually.SeesAsync(Descriptors.Count, count => count <= before, $"at most {before} descriptors");
        Assert.InRange(relay.HighestSlot, 0, 10 * AtOnce);
    }

    private static async Task ServeBatchAsync(RelayServer relay, Backend backend, int resetEvery)
    {
        var clients = new List<Task>();
        for (var i = 0; i < AtOnce; i++)
        {
            clients.Add(VisitAsync(relay, isReset: resetEvery > 0 && i % resetEvery == 0));
            clients.Add(ServeAsync(backend));
        }

        await Task.WhenAll(clients);
    }

    private static async Task VisitAsync(RelayServer relay, bool isReset)
    {
        using var client = await relay.ConnectAsync();
        await client.SendAsync(new byte[10]);
        await client.ReadAsync(10);
        if (isReset)
        {
            client.Reset();
            return;
        }

        client.FinishSending();
        Assert.Equal(StreamEnd.Fin, await client.EndAsync());
    }

    private static async Task ServeAsync(Backend backend)
    {
        using var served = await backend.AcceptAsync();
        await served.SendAsync(await served.ReadAsync(10));
        await served.ReadToEndAsync();
    }
}
