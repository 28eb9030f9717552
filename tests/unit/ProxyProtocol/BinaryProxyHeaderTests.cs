using System.Buffers.Binary;
using System.Net;
using ApiLb.ProxyProtocol;
using Xunit;

namespace ApiLb.UnitTests.ProxyProtocol;

public sealed class BinaryProxyHeaderTests
{
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private static readonly byte[] Ipv4 = [192, 0, 2, 1, 198, 51, 100, 2, 0xDC, 0x04, 0x01, 0xBB];

    public static TheoryData<byte, byte, byte[]> ThatNameNobody => new()
    {
        { Local, 0x00, [] },
        { Local, 0x11, Ipv4 },
        { Local, 0xFF, [1, 2, 3] },
        { Proxy, 0x00, [] },
        { Proxy, 0x00, [1, 2, 3, 4, 5] },
        { Proxy, 0x12, Ipv4 },
        { Proxy, 0x22, new byte[36] },
        { Proxy, 0x31, new byte[216] },
        { Proxy, 0x32, [.. new byte[216], 4, 0, 1, 9] },
    };

    public static TheoryData<byte, byte, byte[], string> ThatAreWrong => new()
    {
        { 0x11, 0x11, Ipv4, nameof(ProxyHeaderFault.Unknown) },
        { 0x22, 0x11, Ipv4, nameof(ProxyHeaderFault.Unknown) },
        { Proxy, 0x41, Ipv4, nameof(ProxyHeaderFault.Unknown) },
        { Proxy, 0x13, Ipv4, nameof(ProxyHeaderFault.Unknown) },
        { Proxy, 0x11, Ipv4[..11], nameof(ProxyHeaderFault.BadAddress) },
        { Proxy, 0x21, new byte[35], nameof(ProxyHeaderFault.BadAddress) },
        { Proxy, 0x31, new byte[215], nameof(ProxyHeaderFault.BadAddress) },
        { Proxy, 0x11, [.. Ipv4, 4], nameof(ProxyHeaderFault.BadTlv) },
        { Proxy, 0x11, [.. Ipv4, 4, 0], nameof(ProxyHeaderFault.BadTlv) },
        { Proxy, 0x11, [.. Ipv4, 4, 0, 1], nameof(ProxyHeaderFault.BadTlv) },
        { Proxy, 0x11, [.. Ipv4, 4, 0, 1, 9, 9], nameof(ProxyHeaderFault.BadTlv) },
        { Proxy, 0x11, [.. Ipv4, 4, 0xFF, 0xFF, 9], nameof(ProxyHeaderFault.BadTlv) },
        { Local, 0x00, new byte[ProxyHeaderParser.MaxLength - 15], nameof(ProxyHeaderFault.TooLong) },
    };

    [Fact]
    public void Ipv4_NamesClientAndDestination() =>
        AssertComplete(Of(Proxy, 0x11, Ipv4), "192.0.2.1:56324", "198.51.100.2:443");

    [Fact]
    public void Ipv6_NamesClientAndDestination()
    {
        byte[] block = [.. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. IPAddress.IPv6Loopback.GetAddressBytes(), 0, 1, 0, 2];

        AssertComplete(Of(Proxy, 0x21, block), "[2001:db8::1]:1", "[::1]:2");
    }

    [Fact]
    public void Tlvs_ArePartOfTheHeader() =>
        AssertComplete(Of(Proxy, 0x11, [.. Ipv4, 1, 0, 2, 104, 50, 4, 0, 0]), "192.0.2.1:56324", "198.51.100.2:443");

    [Fact]
    public void LongestHeader_IsComplete() =>
        Assert.Equal(ProxyHeaderStatus.Complete, Parse(Of(Local, 0, new byte[ProxyHeaderParser.MaxLength - 16])).Status);

    [Theory]
    [MemberData(nameof(ThatNameNobody))]
    public void HeaderWithoutTcpAddresses_NamesNobody(byte command, byte family, byte[] block)
    {
        var header = Of(command, family, block);

        Assert.Equal((ProxyHeaderStatus.Complete, new ProxyHeader(header.Length, 2), ProxyHeaderFault.None), Parse([.. header, 22, 3, 1]));
    }

    [Theory]
    [MemberData(nameof(ThatAreWrong))]
    public void WrongHeader_IsRefused(byte command, byte family, byte[] block, string fault) =>
        Assert.Equal((ProxyHeaderStatus.Invalid, default, Enum.Parse<ProxyHeaderFault>(fault)), Parse(Of(command, family, block)));

    [Fact]
    public void WrongHeader_IsNotWaitedFor()
    {
        Assert.Equal(ProxyHeaderFault.NotProxy, Parse("\r\n\r\nG"u8.ToArray()).Fault);
        Assert.Equal(ProxyHeaderFault.Unknown, Parse(Of(0x31, 0x11, Ipv4)[..13]).Fault);
        Assert.Equal(ProxyHeaderFault.Unknown, Parse(Of(Proxy, 0x51, Ipv4)[..14]).Fault);
        Assert.Equal(ProxyHeaderFault.TooLong, Parse([.. Of(Proxy, 0x11, [])[..14], 0x10]).Fault);
        Assert.Equal(ProxyHeaderFault.BadAddress, Parse([.. Of(Proxy, 0x11, [])[..14], 0, 11]).Fault);
        Assert.Equal(ProxyHeaderFault.BadTlv, Parse([.. Of(Proxy, 0x11, [])[..14], 0, 13]).Fault);
        Assert.Equal(ProxyHeaderFault.BadTlv, Parse(Of(Proxy, 0x11, [.. Ipv4, 4, 0x01, 0, 9])[..30]).Fault);
    }

    [Fact]
    public void EveryStrictPrefix_IsIncomplete()
    {
        var header = Of(Proxy, 0x11, [.. Ipv4, 1, 0, 2, 104, 50, 4, 0, 0]);

        Assert.All(Enumerable.Range(0, header.Length), length => Assert.Equal(ProxyHeaderStatus.Incomplete, Parse(header[..length]).Status));
    }

    private static byte[] Of(byte command, byte family, byte[] block)
    {
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, 0, 0, .. block];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)block.Length);
        return header;
    }

    private static void AssertComplete(byte[] bytes, string source, string destination) =>
        Assert.Equal(
            (ProxyHeaderStatus.Complete, new ProxyHeader(bytes.Length, 2, IPEndPoint.Parse(source), IPEndPoint.Parse(destination)), ProxyHeaderFault.None),
            Parse([.. bytes, 22, 3, 1]));

    private static (ProxyHeaderStatus Status, ProxyHeader Header, ProxyHeaderFault Fault) Parse(byte[] input)
    {
        var status = ProxyHeaderParser.Parse(input, out var header, out var fault);
        return (status, header, fault);
    }
}
