using System.Net;
using System.Net.Sockets;
using Xunit;
using SocketAddress = ApiLb.Transport.SocketAddress;

namespace ApiLb.TransportTests;

/// <summary>End points in the kernel's form and back.</summary>
public sealed class SocketAddressTests
{
    private const int Rounds = 2000;

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void RandomIpAddress_SurvivesTheRoundTrip(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        for (var i = 0; i < Rounds; i++)
        {
            random.NextBytes(bytes);
            var endPoint = new IPEndPoint(new IPAddress(bytes), random.Next(65536));

            Assert.Equal(endPoint, SocketAddress.Decode(SocketAddress.Encode(endPoint)));
        }
    }

    [Fact]
    public void RandomEndPoint_IsEncodedAsDotNetDoes()
    {
        var random = new Random(3);
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);
            var endPoint = new IPEndPoint(new IPAddress(bytes), random.Next(65536));

            Assert.Equal(endPoint.Serialize().Buffer[..SocketAddress.Encode(endPoint).Length].ToArray(), SocketAddress.Encode(endPoint));
        }
    }

    [Fact]
    public void LinkLocalAddress_KeepsItsInterface()
    {
        var endPoint = new IPEndPoint(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7), 6443);

        Assert.Equal(7, ((IPEndPoint)SocketAddress.Decode(SocketAddress.Encode(endPoint))).Address.ScopeId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(107)]
    public void UnixPath_SurvivesTheRoundTrip(int length)
    {
        var endPoint = new UnixDomainSocketEndPoint(new string('p', length));

        Assert.Equal(endPoint.ToString(), SocketAddress.Decode(SocketAddress.Encode(endPoint)).ToString());
    }

    [Fact]
    public void OtherEndPoint_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => SocketAddress.Encode(new DnsEndPoint("cp1.example.com", 6443)));

    [Fact]
    public void UnnamedUnixPeer_IsDecodedToo() =>
        Assert.IsType<UnixDomainSocketEndPoint>(SocketAddress.Decode(BitConverter.GetBytes((ushort)1)));
}
