using System.Net;
using System.Text;
using ApiLb.ProxyProtocol;
using Xunit;

namespace ApiLb.UnitTests.ProxyProtocol;

public sealed class ProxyHeaderParserTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 56324 443\r\n", "[2001:db8::1]:56324", "[::1]:443")]
    [InlineData("PROXY TCP6 :: 1:: 1 2\r\n", "[::]:1", "[1::]:2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8 A:0:0:B::C 1 2\r\n", "[1:2:3:4:5:6:7:8]:1", "[a:0:0:b::c]:2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1 2\r\n", "[1:2:3:4:5:6:7:0]:1", "[0:2:3:4:5:6:7:8]:2")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ::ffff:192.0.2.1 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[::ffff:192.0.2.1]:65535")]
    public void Line_NamesClientAndDestination(string line, string source, string destination)
    {
        var (status, header, _) = Parse(line + "the client's");

        Assert.Equal(ProxyHeaderStatus.Complete, status);
        Assert.Equal(new ProxyHeader(line.Length, 1, IPEndPoint.Parse(source), IPEndPoint.Parse(destination)), header);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN \r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN \r \n\0\r\n")]
    public void UnknownLine_NamesNobody(string line) =>
        Assert.Equal((ProxyHeaderStatus.Complete, new ProxyHeader(line.Length, 1), ProxyHeaderFault.None), Parse(line + "\r\n"));

    [Theory]
    [InlineData("G", nameof(ProxyHeaderFault.NotProxy))]
    [InlineData("p", nameof(ProxyHeaderFault.NotProxy))]
    [InlineData("PROXY\t", nameof(ProxyHeaderFault.NotProxy))]
    [InlineData("PROXY  ", nameof(ProxyHeaderFault.Unknown))]
    [InlineData("PROXY TCP5", nameof(ProxyHeaderFault.Unknown))]
    [InlineData("PROXY UD", nameof(ProxyHeaderFault.Unknown))]
    [InlineData("PROXY UNKNOWNS", nameof(ProxyHeaderFault.Unknown))]
    [InlineData("PROXY UNKNOWN\rx", nameof(ProxyHeaderFault.Unknown))]
    [InlineData("PROXY TCP4 256", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 01", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3 ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4.", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4  ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 :", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 65536", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 01", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 -", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rx", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1.", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 :1", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 :::", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1::2::", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 12345", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1:2 ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1: ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 ::1: ", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8:", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8 ::1:2:3:4:5:6:7:", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 fe80::1%", nameof(ProxyHeaderFault.BadAddress))]
    [InlineData("PROXY TCP6 ::ffff:1.2.3.256", nameof(ProxyHeaderFault.BadAddress))]
    public void WrongLine_IsRefusedAtItsFirstWrongByteAndNotBefore(string line, string fault)
    {
        Assert.Equal((ProxyHeaderStatus.Invalid, default, Enum.Parse<ProxyHeaderFault>(fault)), Parse(line));
        Assert.Equal(ProxyHeaderStatus.Incomplete, Parse(line[..^1]).Status);
    }

    [Theory]
    [InlineData(106, true)]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void UnknownLine_EndsWithin107Bytes(int length, bool isValid)
    {
        var line = "PROXY UNKNOWN ".PadRight(length - 2, 'x');

        Assert.Equal(isValid ? ProxyHeaderStatus.Complete : ProxyHeaderStatus.Invalid, Parse(line + "\r\n").Status);
        Assert.Equal(isValid ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Invalid, Parse(line).Status);
    }

    [Fact]
    public void NothingYet_IsIncomplete() => Assert.Equal(ProxyHeaderStatus.Incomplete, Parse("").Status);

    private static (ProxyHeaderStatus Status, ProxyHeader Header, ProxyHeaderFault Fault) Parse(string input)
    {
        var status = ProxyHeaderParser.Parse(Encoding.Latin1.GetBytes(input), out var header, out var fault);
        return (status, header, fault);
    }
}
