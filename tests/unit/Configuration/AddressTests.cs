using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class AddressTests
{
    [Theory]
    [InlineData("10.0.0.11:6443", "10.0.0.11", 6443)]
    [InlineData("[::1]:1", "::1", 1)]
    [InlineData("[2001:db8::1]:65535", "2001:db8::1", 65535)]
    [InlineData("cp3.example.com:6443", "cp3.example.com", 6443)]
    [InlineData("cp3.example.com.:6443", "cp3.example.com.", 6443)]
    [InlineData("localhost:80", "localhost", 80)]
    [InlineData("a_b-c.0x.d9:80", "a_b-c.0x.d9", 80)]
    [InlineData("unix:/run/a.sock", "/run/a.sock", 0)]
    [InlineData("unix:/run/a=b:c.sock", "/run/a=b:c.sock", 0)]
    public void ServerAddress_IsRead(string text, string host, int port)
    {
        Assert.True(ServerAddress.Parse(text).TryGet(out var address, out _));
        Assert.Equal((host, port), (address.Host, address.Port));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("10.0.0.11", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("cp3.example.com", true)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("[2001:db8::1]:6443", false)]
    [InlineData("10.0.0.11:6443", false)]
    public void Host_HasNeitherBracketsNorPort(string text, bool isHost) => Assert.Equal(isHost, HostAndPort.IsHost(text));

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.11")]
    [InlineData("10.0.0.11:")]
    [InlineData("10.0.0.11:0")]
    [InlineData("10.0.0.11:65536")]
    [InlineData("10.0.0.11:+1")]
    [InlineData("10.0.0.11: 1")]
    [InlineData("10.0.0.11:\u0661")]
    [InlineData("10.0.0:1")]
    [InlineData("256.0.0.1:1")]
    [InlineData("0x0a000001:1")]
    [InlineData("host.010:1")]
    [InlineData("::1:1")]
    [InlineData("[::1]")]
    [InlineData("[::1]1")]
    [InlineData("[::1:1")]
    [InlineData("[[::1]]:1")]
    [InlineData("[10.0.0.1]:1")]
    [InlineData("[]:1")]
    [InlineData("a..b:1")]
    [InlineData(".:1")]
    [InlineData("a-:1")]
    [InlineData("h\u00e9:1")]
    [InlineData("http://a:1")]
    [InlineData("a/b:1")]
    [InlineData("*:1")]
    [InlineData("[::]:1")]
    [InlineData("unix:")]
    [InlineData("unix:a")]
    [InlineData("unix:/")]
    [InlineData("unix:@abstract")]
    [InlineData("unix:/run/\u0001")]
    public void BadServerAddress_IsRefused(string text) => Assert.False(ServerAddress.Parse(text).TryGet(out _, out _));

    [Theory]
    [InlineData("0.0.0.0:6443", "0.0.0.0:6443")]
    [InlineData("[::]:6443", "[::]:6443")]
    [InlineData("10.0.0.5:6443", "10.0.0.5:6443")]
    [InlineData("unix:/run/a.sock", "/run/a.sock")]
    public void BindAddress_IsRead(string text, string expected)
    {
        Assert.True(BindAddress.Parse(text).TryGet(out var endPoint, out _));
        Assert.Equal(expected, endPoint.ToString());
    }

    [Fact]
    public void Star_IsEveryAddressOfTheHost()
    {
        Assert.True(BindAddress.Parse("*:6443").TryGet(out var endPoint, out _));
        Assert.Equal(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 6443), endPoint);
    }

    [Theory]
    [InlineData("lb.example.com:6443")]
    [InlineData("*")]
    [InlineData("6443")]
    [InlineData(":6443")]
    [InlineData("*:0")]
    public void BadBindAddress_IsRefused(string text) => Assert.False(BindAddress.Parse(text).TryGet(out _, out _));

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void UnixPath_FitsTheKernelsField(int bytes, bool isAllowed) =>
        Assert.Equal(isAllowed, UnixPath.Parse("/" + new string('a', bytes - 1)).TryGet(out _, out _));

    [Fact]
    public void AnyText_IsReadOrRefused() =>
        Prop.ForAll<string?>(text =>
        {
            _ = BindAddress.Parse(text ?? "").TryGet(out _, out _);
            return !ServerAddress.Parse(text ?? "").TryGet(out var address, out _) || address.ToString() == text;
        }).QuickCheckThrowOnFailure();
}
