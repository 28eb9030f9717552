using ApiLb.IntegrationTests.Probing;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A peer whose host vanished while data for it was under way. The kernel would keep it for a quarter of an hour.</summary>
public sealed class LostPeerTests
{
    private const int SmallBuffer = 64 * 1024;
    private const int MoreThanFits = 32 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TcpTransportOptions Options = new() { Reactors = 1, PeerTimeout = Timeout };

    [Theory]
    [InlineData(29.9, 9, 0, false)]
    [InlineData(30, 2, 0, false)]
    [InlineData(30, 3, 0, true)]
    [InlineData(30, 0, 2, false)]
    [InlineData(30, 0, 3, true)]
    [InlineData(3600, 0, 0, false)]
    internal void Silence_IsALossWhenItWasLongAndAskedInto(double seconds, int retransmits, int probes, bool isLoss) =>
        Assert.Equal(isLoss, new PeerSilence(TimeSpan.FromSeconds(seconds), retransmits, probes).IsLoss(TimeSpan.FromSeconds(30)));

    [Fact]
    public async Task ClientVanishesWithDataUnderWay_RelayEndsAndTheBackendIsReset()
    {
        await using var pair = await RelayedPair.OpenAsync(transport: Options);
        PacketDrop.Attach(pair.Client.Socket);

        await pair.Backend.SendAsync(new byte[1]);

        Assert.Equal(RelayEnd.ClientFailed, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Reset, await pair.Backend.EndAsync());
    }

    [Fact]
    public async Task BackendVanishesWithDataUnderWay_RelayEndsAndTheClientIsReset()
    {
        await using var pair = await RelayedPair.OpenAsync(transport: Options);
        PacketDrop.Attach(pair.Backend.Socket);

        await pair.Client.SendAsync(new byte[1]);

        Assert.Equal(RelayEnd.BackendFailed, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Reset, await pair.Client.EndAsync());
    }

    [Fact]
    public async Task ClientStopsReadingAndThenVanishes_RelayEnds()
    {
        await using var pair = await RelayedPair.OpenAsync(transport: Options, receiveBuffer: SmallBuffer);
        using var flood = new Flood(pair.Backend, new byte[MoreThanFits]);
        await Eventually.SettlesAsync(() => flood.Sent, TimeSpan.FromSeconds(1));

        PacketDrop.Attach(pair.Client.Socket);

        Assert.Equal(RelayEnd.ClientFailed, (await pair.ResultAsync()).End);
    }

    [Fact]
    public async Task SilentButLivingPeers_AreLeftAlone()
    {
        await using var pair = await RelayedPair.OpenAsync(transport: Options);
        await pair.Client.SendAsync(new byte[1]);
        await pair.Backend.ReadAsync(1);

        await Eventually.StaysAsync(3 * Timeout, () => pair.Relay.Open, open => open == 1, "the connection to stay open");
    }
}
