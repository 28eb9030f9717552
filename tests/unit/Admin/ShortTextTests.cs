using ApiLb.Admin;
using Xunit;

namespace ApiLb.UnitTests.Admin;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData(-1, "0s")]
    [InlineData(0.4, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(184, "3m04s")]
    [InlineData(11_520, "3h12m")]
    [InlineData(439_200, "5d02h")]
    [InlineData(34_560_000, "400d00h")]
    public void Duration_HasTwoUnitsAtMost(double seconds, string expected) => Assert.Equal(expected, ShortText.Duration(seconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 KiB")]
    [InlineData(10_240, "10 KiB")]
    [InlineData(123_456_789, "118 MiB")]
    [InlineData(9_876_543_210, "9.2 GiB")]
    [InlineData(long.MaxValue, "8192 PiB")]
    public void Bytes_HaveThreeDigitsAtMost(long bytes, string expected) => Assert.Equal(expected, ShortText.Bytes(bytes));

    [Theory]
    [InlineData(0.0004, "0.4 ms")]
    [InlineData(0.0043, "4.3 ms")]
    [InlineData(0.012, "12 ms")]
    [InlineData(2.012, "2 s")]
    public void Latency_IsShort(double seconds, string expected) => Assert.Equal(expected, ShortText.Latency(seconds));
}
