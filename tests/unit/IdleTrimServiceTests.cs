using ApiLb.UnitTests.Systemd;
using Xunit;

namespace ApiLb.UnitTests;

/// <summary>The daemon trims its memory once at start, and once for each rush and each mass departure, when they are over.</summary>
public sealed class IdleTrimServiceTests
{
    private readonly FakeTime _time = new();
    private readonly CountingLogger<IdleTrimService> _trims = new();
    private long _accepted;
    private long _ended;

    [Fact]
    public Task ManyCame_TrimmedOnceWhenNobodyElseComes() => RunAsync(async () =>
    {
        await LookAsync(accepted: 600, ended: 0);
        Assert.Equal(1, _trims.Lines);
        await LookAsync(accepted: 600, ended: 0);
        Assert.Equal(2, _trims.Lines);
        await LookAsync(accepted: 600, ended: 0);
        Assert.Equal(2, _trims.Lines);
    });

    [Fact]
    public Task ManyThatWereHeldGo_TrimmedOnceWhenTheyAreGone() => RunAsync(async () =>
    {
        await LookAsync(accepted: 600, ended: 0);
        await LookAsync(accepted: 600, ended: 0);
        await LookAsync(accepted: 600, ended: 300);
        await LookAsync(accepted: 600, ended: 600);
        Assert.Equal(2, _trims.Lines);
        await LookAsync(accepted: 600, ended: 600);
        Assert.Equal(3, _trims.Lines);
        await LookAsync(accepted: 600, ended: 600);
        Assert.Equal(3, _trims.Lines);
    });

    [Fact]
    public Task FewComeAndGo_NotTrimmed() => RunAsync(async () =>
    {
        await LookAsync(accepted: 499, ended: 499);
        await LookAsync(accepted: 499, ended: 499);
        Assert.Equal(1, _trims.Lines);
    });

    private async Task RunAsync(Func<Task> stepsAsync)
    {
        using var stop = new CancellationTokenSource();
        var running = new IdleTrimService(() => _accepted, () => _ended, _time, _trims).RunAsync(stop.Token);
        await _time.TimersArmedAsync(1);
        await stepsAsync();
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A second goes by; the service sees these counts and waits again.</summary>
    private async Task LookAsync(long accepted, long ended)
    {
        (_accepted, _ended) = (accepted, ended);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.TimersArmedAsync(1);
    }
}
