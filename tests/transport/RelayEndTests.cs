using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>How connections end: FIN stays FIN, RST stays RST, in both directions.</summary>
public sealed class RelayEndTests
{
    private const int TenMebibytes = 10 * 1024 * 1024;

    [Fact]
    public async Task ClientFinishesFirst_BackendStillSendsAll()
    {
        await using var pair = await RelayedPair.OpenAsync();
        var answer = RandomBytes.Of(TenMebibytes);

        pair.Client.FinishSending();
        Assert.Equal(StreamEnd.Fin, await pair.Backend.EndAsync());
        var received = pair.Client.GetsAsync(answer, StreamEnd.Fin);
        await pair.Backend.SendAsync(answer);
        pair.Backend.FinishSending();

        await received;
        Assert.Equal(new RelayResult(RelayEnd.ClientFinished, 0, TenMebibytes), await pair.ResultAsync());
    }

    [Fact]
    public async Task BackendFinishesFirst_ClientStillSendsAll()
    {
        await using var pair = await RelayedPair.OpenAsync();
        var request = RandomBytes.Of(TenMebibytes);

        pair.Backend.FinishSending();
        Assert.Equal(StreamEnd.Fin, await pair.Client.EndAsync());
        var received = pair.Backend.GetsAsync(request, StreamEnd.Fin);
        await pair.Client.SendAsync(request);
        pair.Client.FinishSending();

        await received;
        Assert.Equal(new RelayResult(RelayEnd.BackendFinished, TenMebibytes, 0), await pair.ResultAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    public async Task BackendResets_ClientSeesResetAndNoCleanEnd(int sentBefore)
    {
        await using var pair = await RelayedPair.OpenAsync();

        var received = pair.Client.ReadToEndAsync();
        await pair.Backend.SendAsync(RandomBytes.Of(sentBefore));
        pair.Backend.Reset();

        Assert.Equal(StreamEnd.Reset, (await received).End);
        Assert.Equal(RelayEnd.BackendFailed, (await pair.ResultAsync()).End);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    public async Task ClientResets_BackendSeesResetAndNoCleanEnd(int sentBefore)
    {
        await using var pair = await RelayedPair.OpenAsync();

        var received = pair.Backend.ReadToEndAsync();
        await pair.Client.SendAsync(RandomBytes.Of(sentBefore));
        pair.Client.Reset();

        Assert.Equal(StreamEnd.Reset, (await received).End);
        Assert.Equal(RelayEnd.ClientFailed, (await pair.ResultAsync()).End);
    }

    [Fact]
    public async Task ClientResetsAfterItsFin_BackendSeesReset()
    {
        await using var pair = await RelayedPair.OpenAsync();
        pair.Client.FinishSending();
        Assert.Equal(StreamEnd.Fin, await pair.Backend.EndAsync());

        pair.Client.Reset();

        Assert.Equal(RelayEnd.ClientFailed, (await pair.ResultAsync()).End);
        await pair.Backend.IsResetAsync();
    }

    [Fact]
    public async Task BackendResetsAfterItsFin_ClientSeesReset()
    {
        await using var pair = await RelayedPair.OpenAsync();
        pair.Backend.FinishSending();
        Assert.Equal(StreamEnd.Fin, await pair.Client.EndAsync());

        pair.Backend.Reset();

        Assert.Equal(RelayEnd.BackendFailed, (await pair.ResultAsync()).End);
        await pair.Client.IsResetAsync();
    }

    [Fact]
    public async Task ClientResetsWhileBackendDoesNotRead_BackendSeesReset()
    {
        await using var pair = await RelayedPair.OpenAsync(receiveBuffer: 64 * 1024);
        using var flood = new Flood(pair.Client, new byte[64 * 1024 * 1024]);
        await Eventually.SettlesAsync(() => flood.Sent, TimeSpan.FromMilliseconds(500));

        pair.Client.Reset();

        Assert.Equal(RelayEnd.ClientFailed, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Reset, (await pair.Backend.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task BackendResetsWhileClientDoesNotRead_ClientSeesReset()
    {
        await using var pair = await RelayedPair.OpenAsync(receiveBuffer: 64 * 1024);
        using var flood = new Flood(pair.Backend, new byte[64 * 1024 * 1024]);
        await Eventually.SettlesAsync(() => flood.Sent, TimeSpan.FromMilliseconds(500));

        pair.Backend.Reset();

        Assert.Equal(RelayEnd.BackendFailed, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Reset, (await pair.Client.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task BothFinishAtOnce_BothSeeFin()
    {
        await using var pair = await RelayedPair.OpenAsync();

        pair.Client.FinishSending();
        pair.Backend.FinishSending();

        Assert.Equal(StreamEnd.Fin, await pair.Client.EndAsync());
        Assert.Equal(StreamEnd.Fin, await pair.Backend.EndAsync());
    }

    [Fact]
    public async Task ServerIsCut_BothSeeReset()
    {
        await using var pair = await RelayedPair.OpenAsync();

        await pair.Relay.Server.StopAsync(new CancellationToken(canceled: true)).InTime();

        Assert.Equal(RelayEnd.Aborted, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Reset, await pair.Client.EndAsync());
        Assert.Equal(StreamEnd.Reset, await pair.Backend.EndAsync());
    }
}
