using System.Net;
using System.Text;
using ApiLb.ProxyProtocol;
using Xunit;

namespace ApiLb.UnitTests.ProxyProtocol;

public sealed class ProxyHeaderWriterTests
{
    private const string LocalHeader = "0D0A0D0A000D0A515549540A20000000";

    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.2:443", "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n")]
    [InlineData("[::ffff:192.0.2.1]:1", "[::ffff:198.51.100.2]:2", "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n")]
    [InlineData("[2001:db8::1]:1", "[::1]:2", "PROXY TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:0:0:1 1 2\r\n")]
    [InlineData("[fe80::5efe:1.2.3.4%3]:1", "192.0.2.1:2", "PROXY TCP6 fe80:0:0:0:0:5efe:102:304 0:0:0:0:0:ffff:c000:201 1 2\r\n")]
    public void Line_IsAsTheSpecificationHasIt(string source, string destination, string expected) =>
        Assert.Equal(expected, Line(IPEndPoint.Parse(source), IPEndPoint.Parse(destination)));

    [Fact]
    public void LongestLine_Fits()
    {
        var longest = IPEndPoint.Parse("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");

        Assert.Equal(104, Line(longest, longest).Length);
    }

    [Fact]
    public void WithoutAddresses_LineIsUnknownAndBinaryIsLocal()
    {
        Assert.Equal("PROXY UNKNOWN\r\n", Line(null, new IPEndPoint(IPAddress.Loopback, 1)));
        Assert.Equal(LocalHeader, Binary(null, null));
    }

    [Theory]
    [InlineData("192.0.2.1:56324", "[::ffff:198.51.100.2]:443", "2111000C" + "C0000201" + "C6336402" + "DC04" + "01BB")]
    [InlineData("192.0.2.1:1", "[::1]:2", "21210024" + "00000000000000000000FFFFC0000201" + "00000000000000000000000000000001" + "0001" + "0002")]
    public void Binary_IsAsTheSpecificationHasIt(string source, string destination, string expected) =>
        Assert.Equal(LocalHeader[..24] + expected, Binary(IPEndPoint.Parse(source), IPEndPoint.Parse(destination)));

    private static string Line(IPEndPoint? source, IPEndPoint? destination)
    {
        var buffer = new byte[ProxyHeaderWriter.MaxLength];
        return Encoding.ASCII.GetString(buffer, 0, ProxyHeaderWriter.WriteText(buffer, source, destination));
    }

    private static string Binary(IPEndPoint? source, IPEndPoint? destination)
    {
        var buffer = new byte[ProxyHeaderWriter.MaxLength];
        return Convert.ToHexString(buffer, 0, ProxyHeaderWriter.WriteBinary(buffer, source, destination));
    }
}
