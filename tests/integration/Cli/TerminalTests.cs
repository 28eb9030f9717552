using ApiLb.IntegrationTests.Operators;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary>What a person sees in a terminal: no test of a pipe shows it.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private OperatedDaemon _daemon = null!;

    public async ValueTask InitializeAsync() => _daemon = await OperatedDaemon.StartAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    public async Task Top_ShowsBackendsAndWhatHappensAndEndsWithQ(int columns, int lines)
    {
        await using var window = await TerminalWindow.OpenAsync(columns, lines, $"apilb top --socket {_daemon.SocketPath}");
        var screen = await window.ShowsAsync("q quit");
        Assert.Contains("control-plane  2/2 ready", screen, StringComparison.Ordinal);
        Assert.Contains("BACKEND", screen, StringComparison.Ordinal);

        await _daemon.OrderAsync("/v1/maint?backend=cp2");
        await window.ShowsAsync("control-plane/cp2  maint by uid");
        await window.ShowsAsync("control-plane  1/2 ready");
        await window.TypeAsync("q");

        await window.ShowsAsync("exit code 0");
    }

    [Fact]
    public async Task DrainThatWaits_ShowsABarUntilTheLastConnectionIsGone()
    {
        using var first = await _daemon.Running.ConnectAsync();
        using var second = await _daemon.Running.ConnectAsync();
        Assert.Equal("cp1 cp1", $"{await first.WhoAsync()} {await second.WhoAsync()}");
        await using var window = await TerminalWindow.OpenAsync(80, 24, $"apilb drain cp1 --grace 1h --wait --socket {_daemon.SocketPath}");
        await window.ShowsAsync("cp1 [------------------------] 2 connections left, ");

        first.FinishSending();
        await first.EndAsync();
        await window.ShowsAsync("cp1 [############------------] 1 connection left, ");
        second.FinishSending();
        await second.EndAsync();

        var screen = await window.ShowsAsync("exit code 0");
        Assert.Contains("control-plane/cp1 has no connection left, after ", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("[####", screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1 ", false)]
    public async Task Colours_AreForATerminalThatWantsThem(string before, bool areThere)
    {
        await using var window = await TerminalWindow.OpenAsync(80, 24, $"{before}apilb status --socket {_daemon.SocketPath}");
        await window.ShowsAsync("exit code 0");

        var screen = await window.ReadAsync(withColours: true);

        Assert.Equal(areThere, screen.Split('\n').Single(l => l.Contains("cp1", StringComparison.Ordinal)).Contains('\u001b'));
    }

    [Fact]
    public async Task Prose_IsBrokenBetweenWords()
    {
        // Forty columns end within the date.
        await using var window = await TerminalWindow.OpenAsync(40, 24, $"apilb maint cp1 --for 2h --socket {_daemon.SocketPath}");

        Assert.Matches(@"control-plane/cp1 is in maint until\n\d{4}-\d\d-\d\d ", await window.ShowsAsync("exit code 0"));
    }
}
