using System.Text;
using ApiLb.Admin.Page;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class PageFrameTests
{
    [Fact]
    public void Newcomer_GetsTheWhole() => Assert.Equal("<div id=\"page\"><p>a1</p><p>b1</p></div>", Frame(null, "a1", "b1").Since(0).ToString());

    [Fact]
    public void WhoHasSeenTheLast_GetsWhatChanged()
    {
        var first = Frame(null, "a1", "b1");

        Assert.Equal("<p>b2</p>", Frame(first, "a1", "b2").Since(first.Number).ToString());
        Assert.Equal("", Frame(first, "a1", "b1").Since(first.Number).ToString());
    }

    [Fact]
    public void WhoMissedSome_GetsAllThatChangedMeanwhile()
    {
        var first = Frame(null, "a1", "b1", "c1");
        var last = Frame(Frame(first, "a2", "b1", "c1"), "a2", "b2", "c1");

        Assert.Equal("<p>a2</p><p>b2</p>", last.Since(first.Number).ToString());
    }

    [Fact]
    public void PartThatCameOrWent_MakesItAllNew()
    {
        var first = Frame(null, "a1", "b1");
        var second = Frame(first, "a1", "b1", "c1");
        var third = Frame(second, "a1", "b1", "c2");

        Assert.Equal("<div id=\"page\"><p>a1</p><p>b1</p><p>c1</p></div>", second.Since(first.Number).ToString());
        Assert.Equal("<div id=\"page\"><p>a1</p><p>b1</p><p>c2</p></div>", third.Since(first.Number).ToString());
        Assert.Equal("<p>c2</p>", third.Since(second.Number).ToString());
        Assert.Equal("<div id=\"page\"><p>a1</p></div>", PageFrame.After(third, [("a", Html.Of($"<p>a1</p>")), ("b", Html.Empty)]).Since(third.Number).ToString());
    }

    [Fact]
    public void Event_HasEachLineOfTheMarkupInALineOfItsOwn()
    {
        var frame = PageFrame.After(null, [("a", Html.Of($"<p>\n{"x\n\ny"}</p>"))]);

        Assert.Equal("data: <div id=\"page\"><p>\ndata: x\\u000a\\u000ay</p></div>\n\n", Encoding.UTF8.GetString(frame.EventSince(0)));
    }

    /// <summary>The first letter is the id.</summary>
    private static PageFrame Frame(PageFrame? before, params string[] sections) => PageFrame.After(before, sections.Select(s => (s[..1], Html.Of($"<p>{s}</p>"))));
}
