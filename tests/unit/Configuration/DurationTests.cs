using ApiLb.Configuration.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1ms", 1)]
    [InlineData("250ms", 250)]
    [InlineData("2s", 2_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1m500ms", 60_500)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("90m", 5_400_000)]
    [InlineData("007s", 7_000)]
    public void Duration_IsRead(string text, int milliseconds)
    {
        Assert.True(Duration.Parse(text).TryGet(out var value, out _));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1s")]
    [InlineData("1 s")]
    [InlineData("s")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1S")]
    [InlineData("1d")]
    [InlineData("1us")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("1m30")]
    [InlineData("00:00:01")]
    [InlineData("PT1S")]
    [InlineData("123456789h")]
    [InlineData("99999999h99999999m")]
    [InlineData("99999999999999999999s")]
    [InlineData("\u0661s")]
    public void OtherText_IsRefusedWithExamples(string text)
    {
        Assert.False(Duration.Parse(text).TryGet(out _, out var problem));
        Assert.Contains("1m30s", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void PlainNumber_AsksForAUnit()
    {
        Assert.False(Duration.Parse("30").TryGet(out _, out var problem));
        Assert.Equal("30 has no unit; write 30s for seconds or 30ms for milliseconds", problem);
    }

    [Fact]
    public void ParsedDuration_RoundTrips() =>
        Prop.ForAll(
            Units.ToArbitrary(),
            text =>
            {
                Assert.True(Duration.Parse(text).TryGet(out var value, out _), text);
                return Duration.Parse(Duration.Format(value)).TryGet(out var again, out _) && again == value;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyText_IsReadOrRefused() =>
        Prop.ForAll<string?>(text => Duration.Parse(text ?? "").TryGet(out _, out var problem) || problem.Length > 0).QuickCheckThrowOnFailure();

    private static Gen<string> Units =>
        from hours in Gen.Choose(0, 5_000_000)
        from minutes in Gen.Choose(0, 99_999_999)
        from seconds in Gen.Choose(0, 99_999_999)
        from milliseconds in Gen.Choose(0, 99_999_999)
        from shown in Gen.Choose(1, 15)
        select ((shown & 1) > 0 ? $"{hours}h" : "") + ((shown & 2) > 0 ? $"{minutes}m" : "")
            + ((shown & 4) > 0 ? $"{seconds}s" : "") + ((shown & 8) > 0 ? $"{milliseconds}ms" : "");
}
