using System.Net;
using ApiLb.Import;
using Xunit;

namespace ApiLb.UnitTests.Import;

public sealed class NetworkDifferenceTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "11.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", "")]
    [InlineData("10.0.0.0/16", "10.0.0.0/8", "")]
    [InlineData("10.0.0.0/30", "10.0.0.1/32", "10.0.0.0/32 10.0.0.2/31")]
    [InlineData("0.0.0.0/0", "128.0.0.0/1", "0.0.0.0/1")]
    [InlineData("2001:db8::/32", "2001:db8:8000::/33", "2001:db8::/33")]
    [InlineData("0.0.0.0/0", "::/0", "0.0.0.0/0")]
    public void Subtract_LeavesTheRest(string network, string exception, string rest) =>
        Assert.Equal(rest, string.Join(' ', NetworkDifference.Subtract([IPNetwork.Parse(network)], IPNetwork.Parse(exception))));
}
