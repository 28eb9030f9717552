using ApiLb.Admin.Page;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("cp1", "cp1")]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onload='x' &amp;", "&quot; onload=&#x27;x&#x27; &amp;amp;")]
    [InlineData("two\r\ndata: lines\n\n", "two\\u000d\\u000adata: lines\\u000a\\u000a")]
    [InlineData("\u001b[31m\0", "\\u001b[31m\\u0000")]
    [InlineData("\u202egnp.exe\u2028\u200b", "\\u202egnp.exe\\u2028\\u200b")]
    [InlineData(null, "")]
    public void Text_IsEncodedAndHarmless(string? text, string expected) => Assert.Equal($"<b title=\"{expected}\">{expected}</b>", Html.Of($"<b title=\"{text}\">{text}</b>").ToString());

    [Fact]
    public void Markup_StaysMarkup() => Assert.Equal("<p><b>1</b><b>2</b></p>", Html.Of($"<p>{new[] { 1, 2 }.Select(i => Html.Of($"<b>{i}</b>"))}</p>").ToString());

    [Fact]
    public void WhatIsNotSo_IsNotEvenLookedAt() => Assert.Equal(Html.Empty, Html.If(false, $"<b>{Fail()}</b>"));

    [Fact]
    public void WhatIsSo_IsThere() => Assert.Equal("<b>&lt;</b>", Html.If(true, $"<b>{"<"}</b>").ToString());

    [Fact]
    public void Default_IsEmpty() => Assert.Equal("", default(Html).ToString());

    private static string Fail() => throw new InvalidOperationException("a hole of what is not wanted");
}
