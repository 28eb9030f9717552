using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ApiLb.Admin;
using ApiLb.Admin.Page;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed partial class PageRendererTests
{
    private const string Hostile = "<x-evil a=\"'>&\n\ndata: <!-- \u202e]]>";

    [Fact]
    public void Well_IsOneLineInWords()
    {
        var now = SectionOf(SamplePage.Well(), SectionId.Now);

        Assert.Contains("All is well: 3 of 3 backends ready, etcd has its quorum.</h2>", now, StringComparison.Ordinal);
        Assert.DoesNotContain("<ul", now, StringComparison.Ordinal);
    }

    [Fact]
    public void Ailing_SaysHowMuchAndThenWhat()
    {
        var now = SectionOf(SamplePage.WithoutQuorum(), SectionId.Now);

        Assert.Contains("2 alarms, 3 warnings</h2>", now, StringComparison.Ordinal);
        Assert.Contains("data-title=\"2 alarms, 3 warnings - lb1 - ApiLb\"", now, StringComparison.Ordinal);
        Assert.Contains("data-said=\"2 alarms, 3 warnings. etcd quorum lost", now, StringComparison.Ordinal);
    }

    /// <summary>A screen reader that repeats itself every second is switched off.</summary>
    [Fact]
    public void WhatIsSaid_DoesNotChangeWithTheClock()
    {
        var page = SamplePage.WithDeadBackend();
        var later = SamplePage.Change(page with { Now = page.Now.AddSeconds(1) }, 1, b => b with { SinceSeconds = b.SinceSeconds + 1 });

        Assert.Equal(SectionOf(page, SectionId.Now), SectionOf(later, SectionId.Now));
        Assert.NotEqual(SectionOf(page, SectionId.OfPool(0)), SectionOf(later, SectionId.OfPool(0)));
    }

    [Fact]
    public void Pool_ShowsWhatAnOperatorAsksFor()
    {
        var pool = SectionOf(SamplePage.WithDeadBackend(), SectionId.OfPool(0));

        foreach (var expected in new[] { "2 of 3 ready", "10.0.0.12:6443", "dead</span>", "nothing acknowledged", "4m03s", ">137</span>", "4.2/s", "118 MiB", "50 KiB/s", ">2.1 ms <", "p99 14 ms", "200 in 4.3 ms", "L4 connect timeout", "Open connections of cp1, last 10 min" })
        {
            Assert.Contains(expected, pool, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Events_AreTheNewestOnly()
    {
        var page = SamplePage.Well() with { Events = [.. Enumerable.Range(0, 200).Select(i => SamplePage.Event(i, i, "cp1", "state", $"event {i}."))] };

        var events = SectionOf(page, SectionId.Events);

        Assert.Equal(EventsSection.Shown, RowStart().Count(events) - 1);
        Assert.Contains("event 0.", events, StringComparison.Ordinal);
        Assert.DoesNotContain($"event {EventsSection.Shown}.", events, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotWatched_HasNoSection()
    {
        var sections = PageRenderer.SectionsOf(SamplePage.WithoutBackends()).Where(s => s.Markup != Html.Empty).Select(s => s.Id);

        Assert.Equal([SectionId.Head, SectionId.Now, SectionId.OfPool(0), SectionId.Listeners, SectionId.Events, SectionId.About], sections);
    }

    [Fact]
    public void HostileText_IsNeverMarkup()
    {
        var markup = Html.Concat(PageRenderer.SectionsOf(HostilePage()).Select(s => s.Markup)).ToString();

        // In every place that shows it, encoded in full; nowhere the least of it as it is.
        Assert.True(HostileEncoded().Count(markup) > 30, $"shown {HostileEncoded().Count(markup)} times");
        Assert.DoesNotContain("<x-evil", markup, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\ndata:", markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_NamesTheHashesOfWhatIsInTheDocument()
    {
        var document = PageRenderer.Document(PageFrame.After(null, PageRenderer.SectionsOf(SamplePage.Well()))).ToString();

        Assert.Contains($"style-src 'sha256-{HashOf(Style().Match(document).Groups["text"].Value)}';", PageAssets.Policy, StringComparison.Ordinal);
        Assert.Contains($"script-src 'sha256-{HashOf(Script().Match(document).Groups["text"].Value)}';", PageAssets.Policy, StringComparison.Ordinal);
        Assert.Single(Script().Matches(document));
        Assert.DoesNotMatch(InlineCode(), document);
    }

    private static string SectionOf(PageSnapshot page, string id) => PageRenderer.SectionsOf(page).Single(s => s.Id == id).Markup.ToString();

    private static string HashOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Everything that comes from outside says the same bad thing.</summary>
    private static PageSnapshot HostilePage()
    {
        var page = SamplePage.Large();
        var order = new OrderStatus(Hostile, page.Now, page.Now, 1);
        var probe = new ProbeStatus(Hostile, Hostile, Hostile, 500, 1, 1);
        var status = page.Status;
        return page with
        {
            Host = Hostile,
            Readiness = Hostile,
            Events = [new EventStatus(1, page.Now, Hostile, Hostile, Hostile, Hostile)],
            Status = status with
            {
                Version = Hostile,
                Ready = false,
                Listeners = [new ListenerStatus(Hostile, [Hostile], Hostile, Hostile, 1, 1, new Dictionary<string, long> { [Hostile] = 1 }) { Routes = [new RouteStatus([Hostile], Hostile + "2")] }],
                Pools = [.. status.Pools.Select(p => p with
                {
                    Name = Hostile,
                    Balance = Hostile,
                    Alarm = Hostile,
                    Warnings = [Hostile],
                    Backends = [.. p.Backends.Take(2).Select(b => b with { Pool = Hostile, Name = Hostile, Address = Hostile, Status = Hostile, Mode = Hostile, Cause = Hostile, Detail = Hostile, ModeOrder = order, WeightOrder = order, LastProbe = probe, Facts = b.Facts! with { Version = Hostile, CertificateIssuer = Hostile } })],
                })],
                Etcd = status.Etcd! with
                {
                    Quorum = Hostile,
                    Leader = Hostile,
                    Alarms = [new EtcdAlarmStatus(Hostile, Hostile, Hostile)],
                    Members = [status.Etcd!.Members[0] with { Name = Hostile, Status = Hostile, Detail = Hostile, Version = Hostile, Cause = Hostile }],
                },
            },
        };
    }

    [GeneratedRegex("<style>(?<text>.*?)</style>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Style();

    [GeneratedRegex("<script>(?<text>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Script();

    /// <summary>What the policy would forbid: the page would not look or work as it should.</summary>
    [GeneratedRegex(@"<[a-z][^>]*\s(?:style|on[a-z]+)=", RegexOptions.ExplicitCapture)]
    private static partial Regex InlineCode();

    [GeneratedRegex("<tr ")]
    private static partial Regex RowStart();

    [GeneratedRegex(@"&lt;x-evil a=&quot;&#x27;&gt;&amp;\\u000a\\u000adata: &lt;!-- \\u202e\]\]&gt;")]
    private static partial Regex HostileEncoded();

}
