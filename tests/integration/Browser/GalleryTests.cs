using ApiLb.Admin.Page;
using ApiLb.UnitTests.Admin.Page;
using Xunit;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>The page in every situation and on every screen: pictures for people, and what a test can see of them.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class GalleryTests(ChromiumFixture chromium)
{
    private const int Phone = 360;
    private const int Desktop = 1280;

    /// <summary>Text that does not stand out from its ground as WCAG 2.2 AA wants it (success criterion 1.4.3).</summary>
    private const string PaleTexts =
        """
        (() => {
            const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const colour = text => text.match(/[\d.]+/g).map(Number);
            const ground = e => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
            const pale = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const e = texts.currentNode.parentElement;
                if (!texts.currentNode.data.trim() || ["SCRIPT", "STYLE", "title"].includes(e.nodeName) || !e.checkVisibility()) continue;
                const [a, b] = [light(colour(getComputedStyle(e).color)), light(ground(e))];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) pale.push(`${contrast.toFixed(2)} ${texts.currentNode.data.trim()}`);
            }
            return [...new Set(pale)].join("\n");
        })()
        """;

    /// <summary>What a screen reader would miss.</summary>
    private const string Unnamed =
        """
        [...document.querySelectorAll("table")].filter(t => !t.caption?.textContent.trim()).map(() => "a table without a caption")
            .concat([...document.querySelectorAll("th")].filter(h => !h.scope || !h.getAttribute("role")).map(h => `no scope or role: ${h.textContent}`))
            .concat([...document.querySelectorAll("svg:not([aria-hidden=true])")].filter(s => !s.querySelector("title")?.textContent).map(() => "a picture without a title"))
            .concat([...document.querySelectorAll(".state")].filter(s => !s.textContent.trim()).map(() => "a state without a word"))
            .concat([...document.querySelectorAll("#now a")].filter(a => !document.querySelector(a.getAttribute("href"))).map(a => `leads nowhere: ${a.textContent}`))
            .join("\n")
        """;

    /// <summary>Cells whose content lies over their neighbour's.</summary>
    private const string Spilt = "[...document.querySelectorAll('th, td')].filter(c => c.clientWidth > 1 && c.scrollWidth > c.clientWidth).map(c => c.textContent.trim()).join('\\n')";

    private static readonly IReadOnlyDictionary<string, Func<PageSnapshot>> Situations = new Dictionary<string, Func<PageSnapshot>>
    {
        ["well"] = () => SamplePage.Well(),
        ["dead-backend"] = SamplePage.WithDeadBackend,
        ["no-quorum"] = SamplePage.WithoutQuorum,
        ["no-backends"] = SamplePage.WithoutBackends,
        ["large"] = SamplePage.Large,
    };

    public static TheoryData<string> Names => [.. Situations.Keys];

    /// <summary>The eyes of the test below are open.</summary>
    [Fact]
    public async Task WhatIsHardToRead_IsSeen()
    {
        await using var page = await chromium.NewPageAsync(Phone);

        await page.ShowAsync("<body><p style='background:#fff;color:#888'>pale</p><table><tr><td style='display:block;width:40px;overflow:hidden'>an-overlong-word</td></tr></table><svg></svg><p style='width:400px'>wide</p>");

        Assert.Equal("3.54 pale", await page.TextAsync(PaleTexts));
        Assert.Equal("an-overlong-word", await page.TextAsync(Spilt));
        Assert.Equal("a table without a caption\na picture without a title", await page.TextAsync(Unnamed));
        Assert.NotEqual($"{Phone}", await page.TextAsync("document.documentElement.scrollWidth"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_FitsEveryScreenAndIsReadable(string situation)
    {
        var html = PageRenderer.Document(PageFrame.After(null, PageRenderer.SectionsOf(Situations[situation]()))).ToString();
        foreach (var (screen, width, isDark) in new[] { ("desktop", Desktop, false), ("dark", Desktop, true), ("phone", Phone, false), ("phone-dark", Phone, true) })
        {
            await using var page = await chromium.NewPageAsync(width, isDark: isDark);
            await page.ShowAsync(html);

            await page.PhotographAsync($"{situation}-{screen}");
            Assert.Equal($"{width}", await page.TextAsync("document.documentElement.scrollWidth"));
            Assert.Equal("", await page.TextAsync(Spilt));
            Assert.Equal("", await page.TextAsync(PaleTexts));
            Assert.Equal("", await page.TextAsync(Unnamed));
        }
    }
}
