using System.Globalization;
using ApiLb.Admin.Page;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class SparklineTests
{
    [Fact]
    public void OneValue_IsNoLine() => Assert.Equal(Html.Empty, Draw(null, 5, null));

    [Fact]
    public void Highest_IsAtTheTopAndZeroAtTheBottom() => Assert.Contains("<path d=\"M117,20L118,2L119,11\"/>", Draw(0, 10, 5).ToString(), StringComparison.Ordinal);

    [Fact]
    public void FlatLine_IsTwoPoints() => Assert.Contains("<path d=\"M116,2L119,2\"/>", Draw(7, 7, 7, 7).ToString(), StringComparison.Ordinal);

    [Fact]
    public void NothingButZeros_LiesAtTheBottom() => Assert.Contains("<path d=\"M118,20L119,20\"/>", Draw(0, 0).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Unknown_IsAGap() => Assert.Contains("<path d=\"M114,2L115,2M117,2h0M119,2h0\"/>", Draw(4, 4, null, 4, null, 4).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Title_TellsWhatItShowsAndIsText() => Assert.Contains("<title>&lt;open&gt;, last 10 min: 1 to 120</title>", Draw("<open>", [.. Enumerable.Range(1, 120)]).ToString(), StringComparison.Ordinal);

    private static Html Draw(params double?[] values) => Sparkline.Of(values, "open", v => v.ToString(CultureInfo.InvariantCulture));

    private static Html Draw(string what, int[] values) => Sparkline.Of([.. values.Select(v => (double?)v)], what, v => v.ToString(CultureInfo.InvariantCulture));
}
