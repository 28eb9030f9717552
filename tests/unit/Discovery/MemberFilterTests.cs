using ApiLb.Discovery;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class MemberFilterTests
{
    [Theory]
    [InlineData("127.0.0.1:6443", "loopback")]
    [InlineData("127.9.9.9:6443", "loopback")]
    [InlineData("[::1]:6443", "loopback")]
    [InlineData("[::ffff:127.0.0.1]:6443", "loopback")]
    [InlineData("0.0.0.0:6443", "no address")]
    [InlineData("[::]:6443", "no address")]
    [InlineData("224.0.0.18:6443", "multicast")]
    [InlineData("[ff02::1]:6443", "multicast")]
    [InlineData("169.254.1.1:6443", "link-local")]
    [InlineData("[fe80::1]:6443", "link-local")]
    [InlineData("255.255.255.255:6443", "broadcast")]
    [InlineData("10.0.0.100:6443", "listens there itself")]
    public void AddressThatCannotBeAServers_IsRefused(string address, string reason)
    {
        var members = MemberFilter.Filter([Members.At(address)], own => own.ToString() == "10.0.0.100:6443", out var refused);

        Assert.Empty(members);
        Assert.Contains(reason, Assert.Single(refused).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1:6443")]
    [InlineData("192.0.2.1:1")]
    [InlineData("[2001:db8::1]:6443")]
    [InlineData("[fd00::1]:6443")]
    public void AddressOfAServer_Passes(string address)
    {
        var members = MemberFilter.Filter([Members.At(address, "cp1")], _ => false, out var refused);

        Assert.Equal([Members.At(address, "cp1")], members);
        Assert.Empty(refused);
    }

    [Fact]
    public void SameAddressTwice_IsOneMember() =>
        Assert.Equal(
            [Members.At("10.0.0.1:6443", "a"), Members.At("10.0.0.1:6444", "c")],
            MemberFilter.Filter(
                [Members.At("10.0.0.1:6443", "a"), Members.At("[::ffff:10.0.0.1]:6443", "b"), Members.At("10.0.0.1:6444", "c")], _ => false, out _));

    [Fact]
    public void MoreThanTheLimit_AreRefused()
    {
        var members = MemberFilter.Filter([.. Enumerable.Range(1, 300).Select(n => Members.At($"10.0.{n / 200}.{(n % 200) + 1}:6443"))], _ => false, out var refused);

        Assert.Equal(MemberFilter.MostMembers, members.Count);
        Assert.Equal(300 - MemberFilter.MostMembers, refused.Count);
    }
}
