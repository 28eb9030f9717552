using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Attempts for one client, event by event. After each test every descriptor is back.</summary>
public sealed class DialRaceTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
    private static readonly byte[] Hello = "client hello"u8.ToArray();

    private HeldClient _held = null!;
    private int _descriptors;

    public async ValueTask InitializeAsync()
    {
        await (await RelayedPair.OpenAsync()).DisposeAsync(); // What .NET opens once for the process.
        _held = await HeldClient.OpenAsync();
        _descriptors = Descriptors.Count();
    }

    [Fact]
    public async Task BackendListens_IsConnected()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(default);

        var attempt = race.Start(backend.Target, tag: "a");

        Assert.Equal(new DialEvent(DialEventKind.Connected, attempt), await race.NextAsync(Long).InTime());
        Assert.True(attempt.IsConnected);
        End(race, attempt);
    }

    [Fact]
    public async Task BackendListensOnUnixSocket_IsConnected()
    {
        using var backend = new Backend(Addresses.NewUnixPath());
        var race = _held.Client.Dial(default);

        var attempt = race.Start(backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.Connected, attempt), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Fact]
    public async Task NobodyListens_IsRefused() => await FailsAsync(Addresses.Refusing(), DialFailure.Refused);

    [Fact]
    public async Task NoUnixSocketThere_IsRefused() => await FailsAsync(Addresses.NewUnixPath(), DialFailure.Refused);

    [Fact]
    public async Task NoRoute_IsUnreachable() => await FailsAsync(Addresses.Unreachable, DialFailure.Unreachable);

    [Fact]
    public async Task NoRouteForIpv6_IsUnreachable() =>
        await FailsAsync(new IPEndPoint(IPAddress.Parse("ff02::1"), 6443), DialFailure.Unreachable);

    [Fact]
    public async Task HandshakeIsNotAnswered_PatienceIsOver()
    {
        using var backend = new SilentBackend();
        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.PatienceOver), await race.NextAsync(Short).InTime());
        Assert.Equal(new DialEvent(DialEventKind.PatienceOver), await race.NextAsync(4 * Short).InTime());

        Assert.False(attempt.IsConnected);
        End(race, attempt);
    }

    [Fact]
    public async Task BackendIsSilent_PatienceIsOverThenItsFirstByteCounts()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(new DialTerms(Hello));
        var attempt = race.Start(backend.Target, tag: null);
        using var served = await backend.AcceptAsync();
        Assert.Equal(Hello, await served.ReadAsync(Hello.Length));

        Assert.Equal(DialEventKind.PatienceOver, (await race.NextAsync(Short).InTime()).Kind);
        await served.SendAsync(new byte[1]);

        Assert.Equal(new DialEvent(DialEventKind.FirstByte, attempt), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Fact]
    public async Task TwoAttempts_BothGetTheFirstFlightAndTheFirstByteWins()
    {
        using var slow = new Backend();
        using var fast = new Backend();
        var race = _held.Client.Dial(new DialTerms(Hello));
        var loser = race.Start(slow.Target, tag: "slow");
        var winner = race.Start(fast.Target, tag: "fast");
        using var servedBySlow = await slow.AcceptAsync();
        using var servedByFast = await fast.AcceptAsync();
        Assert.Equal(Hello, await servedBySlow.ReadAsync(Hello.Length));
        Assert.Equal(Hello, await servedByFast.ReadAsync(Hello.Length));

        await servedByFast.SendAsync(new byte[1]);

        Assert.Equal(new DialEvent(DialEventKind.FirstByte, winner), await race.NextAsync(Long).InTime());
        End(race, loser, winner);
        Assert.Equal(StreamEnd.Reset, await servedBySlow.EndAsync());
    }

    [Theory]
    [InlineData(false, DialFailure.Closed)]
    [InlineData(true, DialFailure.Reset)]
    public async Task BackendEndsBeforeItsFirstByte_HasFailed(bool isReset, object failure)
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(new DialTerms(Hello));
        var attempt = race.Start(backend.Target, tag: null);
        using var served = await backend.AcceptAsync();
        await served.ReadAsync(Hello.Length);

        End(served, isReset);

        Assert.Equal(new DialEvent(DialEventKind.Failed, attempt, (DialFailure)failure), await race.NextAsync(Long).InTime());
        End(race);
    }

    [Fact]
    public async Task BackendEndsRightAfterItsFirstBytes_TheyStillWin()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(new DialTerms(Hello));
        var attempt = race.Start(backend.Target, tag: null);
        using var served = await backend.AcceptAsync();
        await served.ReadAsync(Hello.Length);
        using (new HeldReactor(_held.Reactor))
        {
            await served.SendWithFinAsync(new byte[7]);
        }

        Assert.Equal(new DialEvent(DialEventKind.FirstByte, attempt), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Fact]
    public async Task FirstFails_SecondServesTheSameClient()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(default);
        race.Start(new DialTarget(Addresses.Refusing()), tag: null);
        Assert.Equal(DialFailure.Refused, (await race.NextAsync(Long).InTime()).Failure);

        var second = race.Start(backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.Connected, second), await race.NextAsync(Long).InTime());
        End(race, second);
    }

    [Fact]
    public async Task ManyFail_EveryEventIsKeptForTheOwner()
    {
        var race = _held.Client.Dial(default);
        var attempts = Enumerable.Range(0, 5).Select(i => race.Start(new DialTarget(Addresses.Refusing()), i)).ToHashSet();

        while (attempts.Count > 0)
        {
            var next = await race.NextAsync(Long).InTime();
            Assert.Equal((DialEventKind.Failed, DialFailure.Refused), (next.Kind, next.Failure));
            Assert.True(attempts.Remove(next.Backend!));
        }

        End(race);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientResets_IsGone(bool resetsBefore)
    {
        using var backend = new SilentBackend();
        if (resetsBefore)
        {
            _held.Peer.Reset();
        }

        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);
        if (!resetsBefore)
        {
            _held.Peer.Reset();
        }

        Assert.Equal(new DialEvent(DialEventKind.ClientGone), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Fact]
    public async Task ClientResetsBetweenItsHelloAndTheDial_IsGone()
    {
        using var backend = new SilentBackend();
        await PeekUntilRegisteredAsync();
        _held.Peer.Reset();
        await Eventually.SeesAsync(() => _held.Client.Socket.HasFailed, hasFailed => hasFailed, "a client known to be gone");

        var race = _held.Client.Dial(new DialTerms(Hello));
        var attempt = race.Start(backend.Target, tag: null);

        Assert.Equal(new DialEvent(DialEventKind.ClientGone), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Fact]
    public async Task ClientOnlyFinishesSending_IsStillServed()
    {
        using var backend = new Backend();
        _held.Peer.FinishSending();
        var race = _held.Client.Dial(new DialTerms(Hello));
        var attempt = race.Start(backend.Target, tag: null);
        using var served = await backend.AcceptAsync();

        Assert.Equal(DialEventKind.PatienceOver, (await race.NextAsync(5 * Short).InTime()).Kind);
        await served.SendAsync(new byte[1]);

        Assert.Equal(new DialEvent(DialEventKind.FirstByte, attempt), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aborted_EndsWithThatWord(bool abortsBefore)
    {
        using var backend = new SilentBackend();
        if (abortsBefore)
        {
            _held.Client.Abort(new ConnectionAbortedException());
        }

        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);
        if (!abortsBefore)
        {
            _held.Client.Abort(new ConnectionAbortedException());
        }

        Assert.Equal(new DialEvent(DialEventKind.Aborted), await race.NextAsync(Long).InTime());
        End(race, attempt);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The test's own sockets are closed by now, and so are both ends of the client, of which the peer may live on.
            await Eventually.SeesAsync(Descriptors.Count, count => count <= _descriptors, $"at most {_descriptors} descriptors");
        }
        finally
        {
            await _held.DisposeAsync();
        }
    }

    private static void End(DialRace race, params BackendConnection[] attempts)
    {
        race.End();
        foreach (var attempt in attempts)
        {
            attempt.Reset();
        }
    }

    private static void End(Peer served, bool isReset)
    {
        if (isReset)
        {
            served.Reset();
        }
        else
        {
            served.Dispose();
        }
    }

    private async Task FailsAsync(EndPoint address, DialFailure failure)
    {
        var race = _held.Client.Dial(default);

        var attempt = race.Start(new DialTarget(address), tag: null);

        Assert.Equal(new DialEvent(DialEventKind.Failed, attempt, failure), await race.NextAsync(Long).InTime());
        End(race);
    }

    private async Task PeekUntilRegisteredAsync()
    {
        var peek = await _held.Client.PeekAsync(new byte[100], 0, Short).InTime();
        Assert.Equal(PeekStatus.TimedOut, peek.Status);
    }
}
