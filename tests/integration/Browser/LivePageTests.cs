using System.Net;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>The page of a running daemon, in a real browser.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class LivePageTests(ChromiumFixture chromium)
{
    private const string Headline = "document.querySelector('#now h2').textContent";
    private const string Live = "document.documentElement.dataset.live";
    private const string Words = "document.getElementById('live-words').textContent";

    /// <summary>Where the focus is, in a few words.</summary>
    private const string Focus = "document.activeElement.id || document.activeElement.textContent";

    [Fact]
    public async Task KilledBackend_ChangesThePageWithoutReloadingIt()
    {
        await using NamedBackend first = new("cp1"), second = new("cp2");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(first.Options, second.Options).WithBusyChecks());
        await using var page = await chromium.NewPageAsync();
        await page.GoAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/"));
        await page.BecomesAsync($"{Live} === 'on' && {Headline}.startsWith('All is well: 2 of 2')", Headline);
        Assert.DoesNotContain("alarm", await page.TextAsync("document.title"), StringComparison.Ordinal);
        await page.EvaluateAsync("window.mark = document.querySelector('#pool-0 tbody tr:first-child'); getSelection().selectAllChildren(mark.querySelector('.faint'))");

        await second.StopAsync();

        await page.BecomesAsync($"{Headline} === '1 alarm'", Headline);
        await page.PhotographAsync("live-killed-desktop");
        Assert.Contains("cp2 dead, since", await page.TextAsync("document.querySelector('#now li').textContent"), StringComparison.Ordinal);
        Assert.StartsWith("1 alarm. cp2 dead", await page.TextAsync("document.getElementById('said').textContent"), StringComparison.Ordinal);
        Assert.StartsWith("1 alarm", await page.TextAsync("document.title"), StringComparison.Ordinal);
        Assert.Contains("rect", await page.TextAsync("document.querySelector('link[rel=icon]').href"), StringComparison.Ordinal);

        // Neither the document nor the row was made anew: what the operator has selected stays selected.
        Assert.Equal(1, page.Loads);
        Assert.Equal("True", await page.TextAsync("mark.isConnected"));
        Assert.Equal($"127.0.0.1:{first.Port}", await page.TextAsync("getSelection().toString()"));

        second.Restart();
        await page.BecomesAsync($"{Headline}.startsWith('All is well: 2 of 2')", Headline);
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, url => Assert.StartsWith($"http://{daemon.Daemon.AdminEndPoint}/", url, StringComparison.Ordinal));
        Assert.Equal(["/", "/live"], page.Requests.Select(url => new Uri(url).AbsolutePath));
    }

    [Fact]
    public async Task Keyboard_ReachesEverythingInTheOrderOfThePage()
    {
        await using NamedBackend first = new("cp1"), second = new("cp2");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(first.Options, second.Options).WithBusyChecks());
        await second.StopAsync();
        await using var page = await chromium.NewPageAsync();
        await page.GoAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/"));
        await page.BecomesAsync($"{Headline} === '1 alarm'", Headline);

        List<string> order = [];
        for (var i = 0; i < 4; i++)
        {
            await page.PressAsync("Tab");
            order.Add((await page.TextAsync(Focus)).Split(", since")[0]);
            Assert.NotEqual("none", await page.TextAsync("getComputedStyle(document.activeElement).outlineStyle"));
            Assert.True((await page.EvaluateAsync("document.activeElement.getBoundingClientRect().height > 10")).GetBoolean());
        }

        Assert.Equal(["To what is wrong", "live-button", "cp2 dead", "Metrics"], order);
    }

    [Fact]
    public async Task Pause_StopsTheStreamUntilItIsToldToGoOn()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options).WithBusyChecks());
        await using var page = await chromium.NewPageAsync();
        await page.GoAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/"));
        await page.BecomesAsync($"{Live} === 'on'", Words);

        await page.EvaluateAsync("document.getElementById('live-button').focus()");
        await page.PressAsync("Enter");
        await page.BecomesAsync($"{Live} === 'paused' && {Words}.startsWith('Paused at')", Words);
        await backend.StopAsync();
        await daemon.StatusBecomesAsync("cp1", HealthStatus.Dead);
        Assert.StartsWith("All is well", await page.TextAsync(Headline), StringComparison.Ordinal);

        await page.PressAsync("Enter");
        await page.BecomesAsync($"{Live} === 'on' && {Headline}.includes('alarm')", Headline);
        Assert.Equal(1, page.Loads);
    }

    [Fact]
    public async Task DaemonThatIsGone_IsToldAndFoundAgain()
    {
        await using NamedBackend backend = new("cp1");
        await using var page = await chromium.NewPageAsync(360, isDark: true);
        IPEndPoint address = new(IPAddress.Parse("127.0.0.88"), 0); // Where nobody else takes the port meanwhile.
        await using (var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options) with { Admin = new() { Socket = null, Listen = address } }))
        {
            address = daemon.Daemon.AdminEndPoint!;
            await page.GoAsync(new Uri($"http://{address}/"));
            await page.BecomesAsync($"{Live} === 'on'", Words);
        }

        await page.BecomesAsync($"{Live} === 'lost' && {Words}.includes('may no longer be true')", Words);
        await page.PhotographAsync("live-lost-phone-dark");

        await using var again = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options) with { Admin = new() { Socket = null, Listen = address } });
        await page.BecomesAsync($"{Live} === 'on' && {Words} === 'Live'", Words);
        Assert.Equal(1, page.Loads);
    }

    [Fact]
    public async Task WithoutScript_ThePageIsComplete()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        await using var page = await chromium.NewPageAsync();
        await page.AskAsync("Emulation.setScriptExecutionDisabled", new() { ["value"] = true });

        await page.GoAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/"));

        var text = await page.TextAsync("document.body.innerText");
        Assert.Contains("All is well: 1 of 1 backends ready.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Pause", text, StringComparison.Ordinal);
        Assert.Equal("10", await page.TextAsync("document.querySelector('noscript meta[http-equiv=refresh]').content"));
    }
}
