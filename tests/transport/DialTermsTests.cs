using System.Net;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A header of the balancer's own before the client's bytes, and connections from the client's address.</summary>
public sealed class DialTermsTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);
    private static readonly byte[] Header = "header"u8.ToArray();
    private static readonly byte[] HeaderAndHello = "headerhello"u8.ToArray();

    private readonly Backend _backend = new();
    private HeldClient _held = null!;

    public async ValueTask InitializeAsync() => _held = await HeldClient.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await _held.DisposeAsync();
    }

    [Fact]
    public async Task HeaderAlone_IsSentAndTheHandshakeDecides()
    {
        var race = _held.Client.Dial(new DialTerms(Header) { HeaderLength = Header.Length });
        var attempt = race.Start(_backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.Connected, attempt), await race.NextAsync(Long).InTime());
        using var served = await _backend.AcceptAsync();
        Assert.Equal(Header, await served.ReadAsync(Header.Length));
        End(race, attempt);
    }

    [Fact]
    public async Task HeaderAloneAndTheServerSpeaksFirst_IsConnectedOnceAndItsWordsAreRelayed()
    {
        var race = _held.Client.Dial(new DialTerms(Header) { HeaderLength = Header.Length });
        var attempt = race.Start(_backend.Target, tag: null);
        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        using var served = await _backend.AcceptAsync();
        Assert.Equal(Header, await served.ReadAsync(Header.Length));
        await served.SendAsync("220 ready"u8.ToArray());

        Assert.Equal(DialEventKind.PatienceOver, (await race.NextAsync(TimeSpan.FromMilliseconds(30)).InTime()).Kind);
        race.End();
        var relay = _held.Client.RelayAsync(attempt, null, RelayTimeouts.None).InTime();

        Assert.Equal("220 ready"u8.ToArray(), await _held.Peer.ReadAsync(9));
        await FinishAsync(served);
        await relay;
        Assert.Equal(new RelayResult(RelayEnd.ClientFinished, 0, 9), _held.Client.Relayed);
        attempt.Close();
    }

    [Fact]
    public async Task HeaderBeforeHello_TheFirstByteDecidesAndOnlyTheHelloIsTheClients()
    {
        var totals = new RelayTotals();
        await _held.Peer.SendAsync("hello, world"u8.ToArray());
        var race = _held.Client.Dial(new DialTerms(HeaderAndHello) { HeaderLength = Header.Length });
        var attempt = race.Start(_backend.Target, tag: null);
        using var served = await _backend.AcceptAsync();
        Assert.Equal(HeaderAndHello, await served.ReadAsync(HeaderAndHello.Length));
        await served.SendAsync(new byte[1]);
        Assert.Equal(new DialEvent(DialEventKind.FirstByte, attempt), await race.NextAsync(Long).InTime());
        race.End();

        var relay = _held.Client.RelayAsync(attempt, totals, RelayTimeouts.None).InTime();

        Assert.Equal(", world"u8.ToArray(), await served.ReadAsync(7));
        await _held.Peer.ReadAsync(1);
        await FinishAsync(served);
        await relay;
        Assert.Equal(new RelayResult(RelayEnd.ClientFinished, 12, 1), _held.Client.Relayed);
        attempt.Close();
        Assert.Equal((12, 1), (totals.BytesToBackend, totals.BytesToClient));
    }

    [Fact]
    public async Task SourceIsTheClients_TheBackendSeesIt()
    {
        SkipWithoutPermission();
        var source = ClientAddress.Of(IPEndPoint.Parse("127.0.0.77:1"));
        var race = _held.Client.Dial(new DialTerms(Header) { HeaderLength = Header.Length, Source = source });
        var attempt = race.Start(_backend.Target, tag: null);

        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        using var served = await _backend.AcceptAsync();
        var seen = (IPEndPoint)served.Socket.RemoteEndPoint!;
        Assert.Equal(IPAddress.Parse("127.0.0.77"), seen.Address);
        Assert.NotEqual(1, seen.Port);
        End(race, attempt);
    }

    [Fact]
    public async Task SourceOfAnotherFamily_IsThisHosts()
    {
        var race = _held.Client.Dial(new DialTerms(default) { Source = ClientAddress.Of(IPEndPoint.Parse("[2001:db8::1]:1")) });
        var attempt = race.Start(_backend.Target, tag: null);

        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        using var served = await _backend.AcceptAsync();
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)served.Socket.RemoteEndPoint!).Address);
        End(race, attempt);
    }

    [Fact]
    public async Task SourceThatTheKernelRefuses_IsALocalFault()
    {
        SkipWithoutPermission();
        using var backend = new Backend(Addresses.Loopback6);
        var withoutScope = ClientAddress.Of(IPEndPoint.Parse("[fe80::1]:1"));
        var race = _held.Client.Dial(new DialTerms(default) { Source = withoutScope });
        var attempt = race.Start(backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.Failed, attempt, DialFailure.LocalFault), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    private static void SkipWithoutPermission() => Assert.SkipWhen(
        !TransparentSource.IsPermitted() && Environment.GetEnvironmentVariable("CI") != "true", "connecting from another address needs CAP_NET_ADMIN: run as root");

    private static void End(DialRace race, BackendConnection attempt)
    {
        race.End();
        attempt.Reset();
    }

    private async Task FinishAsync(Peer served)
    {
        _held.Peer.FinishSending();
        Assert.Equal(0, (await served.ReadOnceAsync(new byte[1])).Length);
        served.FinishSending();
    }
}
