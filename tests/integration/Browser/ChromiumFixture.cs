using Xunit;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>Starts Chromium when a test first asks for a page.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private Chromium? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal async Task<BrowserPage> NewPageAsync(int width = 1280, int height = 900, bool isDark = false)
    {
        Chromium.SkipWhenMissing();
        _browser ??= await Chromium.StartAsync();
        return await _browser.NewPageAsync(width, height, isDark);
    }

    public async ValueTask DisposeAsync() => await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
}
