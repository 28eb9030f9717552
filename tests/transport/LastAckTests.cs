using System.Diagnostics;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>What the kernel knows about the host at the other end.</summary>
public sealed class LastAckTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    /// <summary>Which is answered after 15 s of silence, and would hide what is looked for.</summary>
    private static readonly TimeSpan SoonerThanKeepalive = TimeSpan.FromSeconds(5);

    private HeldClient _held = null!;

    public async ValueTask InitializeAsync() => _held = await HeldClient.OpenAsync();

    public ValueTask DisposeAsync() => _held.DisposeAsync();

    [Fact]
    public async Task HostIsSilent_TheTimeGrows()
    {
        using var backend = new Backend();
        var started = Stopwatch.GetTimestamp();
        var (race, attempt) = await ConnectAsync(backend);

        await Eventually.SeesAsync(() => attempt.ReadActivity()?.SinceLastAck, since => since >= Silence, "some silence");

        Assert.True(attempt.ReadActivity()?.SinceLastAck <= Stopwatch.GetElapsedTime(started) + TimeSpan.FromMilliseconds(10));
        race.End();
        attempt.Reset();
    }

    /// <summary>As a watch does. From the second segment on the kernel does not look at an acknowledgement that says nothing new.</summary>
    [Fact]
    public async Task HostOnlySends_TheTimeBeginsAnewEachTime()
    {
        using var backend = new Backend();
        var (race, attempt) = await ConnectAsync(backend);
        using var served = await backend.AcceptAsync();
        for (var i = 0; i < 4; i++)
        {
            await Eventually.SeesAsync(() => attempt.ReadActivity()?.SinceLastAck, since => since >= Silence, "some silence");
            await served.SendAsync(new byte[1]);
            await Eventually.SeesAsync(() => attempt.ReadActivity()?.SinceLastAck, since => since < Silence, $"a sign of life after segment {i}", SoonerThanKeepalive);
        }

        race.End();
        attempt.Reset();
    }

    [Fact]
    public async Task UnixSocket_DoesNotTell()
    {
        using var backend = new Backend(Addresses.NewUnixPath());
        var (race, attempt) = await ConnectAsync(backend);

        Assert.Null(attempt.ReadActivity()?.SinceLastAck);
        attempt.Reset();
        race.End();
    }

    [Fact]
    public async Task Closed_DoesNotTell()
    {
        using var backend = new Backend();
        var (race, attempt) = await ConnectAsync(backend);
        race.End();
        attempt.Reset();

        await Eventually.SeesAsync(() => attempt.ReadActivity()?.SinceLastAck, since => since is null, "nothing");
    }

    private async Task<(DialRace Race, BackendConnection Attempt)> ConnectAsync(Backend backend)
    {
        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);
        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        return (race, attempt);
    }
}
