using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A race tells what became of its attempts, each once, and decides nothing.</summary>
public sealed class DialRaceTests
{
    private static readonly byte[] FirstFlight = RandomBytes.Of(500);

    [Fact]
    public async Task BackendListens_Connected()
    {
        using var backend = new Backend();
        var next = await FirstEventAsync([], backend.Target);
        Assert.Equal(DialEventKind.Connected, next.Kind);
        Assert.True(next.Backend!.IsConnected);
    }

    [Fact]
    public async Task NobodyListens_Refused() =>
        Assert.Equal(DialFailure.Refused, (await FirstEventAsync([], new DialTarget(Addresses.Refusing()))).Failure);

    [Fact]
    public async Task NoRoute_Unreachable() =>
        Assert.Equal(DialFailure.Unreachable, (await FirstEventAsync([], new DialTarget(Addresses.Unreachable))).Failure);

    [Fact]
    public async Task BackendIsSilent_PatienceIsOver()
    {
        using var backend = new Backend();
        var next = await FirstEventAsync(FirstFlight, backend.Target, TimeSpan.FromMilliseconds(100));
        Assert.Equal(DialEventKind.PatienceOver, next.Kind);
    }

    [Fact]
    public async Task BackendClosesBeforeItsFirstByte_Closed()
    {
        using var backend = new Backend();
        var first = FirstEventAsync(FirstFlight, backend.Target);
        using (var served = await backend.AcceptAsync())
        {
            Assert.Equal(FirstFlight, await served.ReadAsync(FirstFlight.Length));
        }

        Assert.Equal(DialFailure.Closed, (await first).Failure);
    }

    [Fact]
    public async Task BackendResetsBeforeItsFirstByte_Reset()
    {
        using var backend = new Backend();
        var first = FirstEventAsync(FirstFlight, backend.Target);
        using var served = await backend.AcceptAsync();
        await served.ReadAsync(FirstFlight.Length);
        served.Reset();

        Assert.Equal(DialFailure.Reset, (await first).Failure);
    }

    [Fact]
    public async Task TwoAttempts_BothGetTheFirstFlightAndTheFirstToAnswerIsTold()
    {
        using var slow = new Backend();
        using var fast = new Backend();
        var first = FirstEventAsync(FirstFlight, slow.Target, TimeSpan.FromSeconds(10), fast.Target);
        using var atSlow = await slow.AcceptAsync();
        using var atFast = await fast.AcceptAsync();
        Assert.Equal(FirstFlight, await atSlow.ReadAsync(FirstFlight.Length));
        Assert.Equal(FirstFlight, await atFast.ReadAsync(FirstFlight.Length));

        await atFast.SendAsync(new byte[1]);

        var next = await first;
        Assert.Equal(DialEventKind.FirstByte, next.Kind);
        Assert.Same(fast.Target, next.Backend!.Target);
    }

    [Fact]
    public async Task ClientResetsWhileDialling_ClientGone()
    {
        using var backend = new Backend();
        var events = new TaskCompletionSource<DialEvent>();
        await using var server = await TransportServer.StartAsync(client => DialAsync(client, FirstFlight, events, TimeSpan.FromSeconds(10), backend.Target));
        using var client = await server.ConnectAsync();
        using var served = await backend.AcceptAsync();

        client.Reset();

        Assert.Equal(DialEventKind.ClientGone, (await events.Task.InTime()).Kind);
    }

    [Fact]
    public async Task ServerIsCutWhileDialling_Aborted()
    {
        using var backend = new Backend();
        var events = new TaskCompletionSource<DialEvent>();
        await using var server = await TransportServer.StartAsync(client => DialAsync(client, FirstFlight, events, TimeSpan.FromSeconds(10), backend.Target));
        using var client = await server.ConnectAsync();
        using var served = await backend.AcceptAsync();

        await server.StopAsync(new CancellationToken(canceled: true)).InTime();

        Assert.Equal(DialEventKind.Aborted, (await events.Task.InTime()).Kind);
    }

    private static async Task<DialEvent> FirstEventAsync(byte[] firstFlight, DialTarget target, TimeSpan? patience = null, DialTarget? other = null)
    {
        var events = new TaskCompletionSource<DialEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(
            client => DialAsync(client, firstFlight, events, patience ?? TimeSpan.FromSeconds(10), other is null ? [target] : [target, other]));
        using var client = await server.ConnectAsync();
        return await events.Task.InTime();
    }

    private static async Task DialAsync(
        ClientConnection client, byte[] firstFlight, TaskCompletionSource<DialEvent> events, TimeSpan patience, params DialTarget[] targets)
    {
        var race = client.Dial(firstFlight);
        var attempts = targets.Select(target => race.Start(target, tag: null)).ToArray();
        var next = await race.NextAsync(patience);
        race.End();
        foreach (var attempt in attempts)
        {
            attempt.Close();
        }

        events.TrySetResult(next);
    }
}
