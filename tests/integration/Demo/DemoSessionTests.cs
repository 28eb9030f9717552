using ApiLb.Demo;
using ApiLb.Demo.View;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Demo;

/// <summary>The whole demo in this process: stand-ins, the real daemon, clients.</summary>
[Collection("demo")] // One at a time: two demos that start at once could choose the same port.
public sealed class DemoSessionTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end = new();
    private DemoSession? _session;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(DemoAction.Kill), nameof(HealthStatus.Dead))]
    [InlineData(nameof(DemoAction.Freeze), nameof(HealthStatus.NotReady))]
    [InlineData(nameof(DemoAction.Drain), nameof(HealthStatus.Draining))]
    public async Task OneBackendLost_AndBack_NoRequestFails(string action, string status)
    {
        await StartAsync(new DemoOptions { Load = 50 });
        await UntilAsync(s => s.Load.Answered > 50);

        _session!.Request(new DemoStep(Enum.Parse<DemoAction>(action), "cp2"));
        await UntilAsync(s => s.Backends[1].Status == Enum.Parse<HealthStatus>(status));
        _session.Request(new DemoStep(DemoAction.Revive, "cp2"));
        await UntilAsync(s => s.Backends[1].Status == HealthStatus.Ready);

        Assert.Equal(0, _session.Snapshot().Load.Failed);
    }

    [Fact]
    public async Task BackendKilled_ItsWatchesMove()
    {
        await StartAsync(new DemoOptions());
        await UntilAsync(s => s.Load.WatchesOpen == 9);

        _session!.Request(new DemoStep(DemoAction.Kill, "cp1"));

        await UntilAsync(s => s.Load is { WatchesMoved: > 0, WatchesOpen: 9 });
    }

    [Fact]
    public async Task EveryBackendKilled_RequestsFail()
    {
        await StartAsync(new DemoOptions
        {
            Script = DemoScript.Parse("0 kill cp1; 0 kill cp2; 0 kill cp3").TryGet(out var script, out _) ? script : DemoScript.Empty,
        });

        await UntilAsync(s => s.Load.Failed > 0);

        Assert.Contains(_session!.Events.Last(50), e => e.Text.StartsWith("requests fail: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snapshot_BecomesAStatusLine()
    {
        await StartAsync(new DemoOptions());
        await UntilAsync(s => s.Backends.All(b => b.Status == HealthStatus.Ready));

        Assert.Matches("^ *[0-9.]+s  cp1 ready [0-9]+ open [0-9]+ total \\| cp2 .* failed 0 ", PlainView.StatusLine(_session!.Snapshot()));
    }

    [Fact]
    public async Task End_RemovesTheFiles()
    {
        await StartAsync(new DemoOptions());
        var directory = _session!.Access.Directory.Path;
        Assert.True(File.Exists(_session.Access.Directory.Kubeconfig));

        await DisposeAsync();

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task PortInUse_SaysSo()
    {
        await StartAsync(new DemoOptions());
        var port = _session!.Access.Listener.Port;

        var error = await Assert.ThrowsAsync<IOException>(
            () => DemoSession.StartAsync(new DemoOptions { Port = port }, TimeProvider.System, Cancellation));

        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await _end.CancelAsync();
            await _running.WaitAsync(Deadline);
            await session.DisposeAsync();
            _end.Dispose();
        }
    }

    private async Task StartAsync(DemoOptions options)
    {
        _session = await DemoSession.StartAsync(options, TimeProvider.System, Cancellation);
        _running = _session.RunAsync(_end.Token);
    }

    private async Task UntilAsync(Func<DemoSnapshot, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var seen = _session!.Snapshot();
        while (!condition(seen))
        {
            Assert.False(deadline.IsCancellationRequested, $"Last seen: {PlainView.StatusLine(seen)}");
            await pace.WaitForNextTickAsync(Cancellation);
            seen = _session.Snapshot();
        }
    }
}
