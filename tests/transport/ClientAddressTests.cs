using System.Net;
using System.Net.Sockets;
using ApiLb.Transport;
using Xunit;
using SocketAddress = ApiLb.Transport.SocketAddress;

namespace ApiLb.TransportTests;

/// <summary>Where a client comes from, as kept for every connection.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", true)]
    [InlineData("0.0.0.0", "0.0.0.0", true)]
    [InlineData("255.255.255.255", "255.255.255.255", true)]
    [InlineData("2001:db8::7", "2001:db8::7", false)]
    [InlineData("::1", "::1", false)]
    [InlineData("::192.0.2.7", "::192.0.2.7", false)]
    public void Native_IsReadAsTheSameAddress(string address, string expected, bool isIpv4)
    {
        var client = Of(new IPEndPoint(IPAddress.Parse(address), 40123));

        Assert.Equal(isIpv4, client.IsIpv4);
        Assert.False(client.IsUnix);
        Assert.Equal(IPAddress.Parse(expected), client.ToIPAddress());
        Assert.Equal(40123, client.Port);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(expected), 40123).ToString(), client.ToString());
    }

    [Fact]
    public void MappedAndPlainIpv4_AreTheSameClient() => Assert.Equal(
        Of(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1)), Of(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 1)));

    [Fact]
    public void LinkLocal_KeepsItsInterface()
    {
        var linkLocal = new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3);

        Assert.Equal(linkLocal, Of(new IPEndPoint(linkLocal, 1)).ToIPAddress());
    }

    [Fact]
    public void UnixSocket_IsNamedSo()
    {
        var client = Of(new UnixDomainSocketEndPoint("somewhere"));

        Assert.True(client.IsUnix);
        Assert.Equal("unix", client.ToString());
        Assert.Equal("unix", ClientAddress.FromNative([]).ToString());
    }

    [Fact]
    public void RandomAddress_SurvivesTheRoundTrip()
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);

            Assert.Equal(new IPAddress(bytes), Of(new IPEndPoint(new IPAddress(bytes), random.Next(65536))).ToIPAddress());
        }
    }

    private static ClientAddress Of(EndPoint endPoint) => ClientAddress.FromNative(SocketAddress.Encode(endPoint));
}
