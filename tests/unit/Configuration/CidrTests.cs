using ApiLb.Configuration.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class CidrTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.0.0.0/08", "10.0.0.0/8")]
    [InlineData("10.128.0.0/9", "10.128.0.0/9")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8:0::1", "2001:db8::1/128")]
    [InlineData("::/0", "::/0")]
    [InlineData("fe80::/10", "fe80::/10")]
    public void Network_IsRead(string text, string expected)
    {
        Assert.True(Cidr.Parse(text).TryGet(out var network, out _));
        Assert.Equal(expected, network.ToString());
    }

    [Theory]
    [InlineData("10.1.2.3/8", "write 10.0.0.0/8 for the network, or 10.1.2.3 for the address alone")]
    [InlineData("2001:db8::1/127", "write 2001:db8::/127 for the network")]
    [InlineData("::ffff:10.1.2.3", "write 10.1.2.3/32")]
    [InlineData("::ffff:10.1.2.3/104", "write 10.0.0.0/8")]
    [InlineData("::ffff:0:0/90", "IPv4 written as IPv6")]
    [InlineData("10.0.0.0/33", "allowed: 0 to 32")]
    [InlineData("::/129", "allowed: 0 to 128")]
    [InlineData("10.0.0.0/-1", "bad prefix length")]
    [InlineData("10.0.0.0/8/8", "bad prefix length")]
    [InlineData("010.0.0.0/8", "not an IP address")]
    [InlineData("10/8", "not an IP address")]
    [InlineData("167772160", "not an IP address")]
    [InlineData("*", "not an IP address")]
    [InlineData("", "not an IP address")]
    [InlineData("/8", "not an IP address")]
    [InlineData("[::1]", "brackets")]
    public void WrongText_IsExplained(string text, string help)
    {
        Assert.False(Cidr.Parse(text).TryGet(out _, out var problem));
        Assert.Contains(help, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasRead_ReadsTheSameAgain() =>
        Prop.ForAll(Gen.Elements("10.0.0.0", "::", "255.255.255.255", "2001:db8::", "1:2:3:4:5:6:7:8").ToArbitrary(), Gen.Choose(0, 130).ToArbitrary(), (address, length) =>
            !Cidr.Parse($"{address}/{length}").TryGet(out var network, out _)
            || (Cidr.Parse(network.ToString()).TryGet(out var again, out _) && again == network)).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyText_IsReadOrRefused() =>
        Prop.ForAll(Gen.Elements("0123456789abcdef:./[]% *".ToCharArray()).ArrayOf().ToArbitrary(), text =>
            Cidr.Parse(new string(text)).TryGet(out _, out var problem) || problem.Length > 0).QuickCheckThrowOnFailure();
}
