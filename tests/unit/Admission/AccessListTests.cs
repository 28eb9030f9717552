using System.Net;
using System.Net.Sockets;
using ApiLb.Admission;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class AccessListTests
{
    /// <summary>Few bits differ, so that networks nest, touch and hit.</summary>
    private static readonly Gen<IPAddress> Addresses =
        from isIpv4 in Gen.Elements(true, false)
        from high in Gen.Elements<byte>(0, 1, 127, 128, 255)
        from low in Gen.Elements<byte>(0, 1, 2, 3, 128, 254, 255)
        from lowest in Gen.Elements<byte>(0, 1, 255)
        select isIpv4 ? new IPAddress([10, high, low, lowest]) : new IPAddress([0x20, 1, 0xd, 0xb8, high, 0, 0, 0, 0, 0, 0, 0, 0, low, 0, lowest]);

    private static readonly Gen<IPNetwork> Networks =
        from address in Addresses
        from cut in Gen.Choose(0, 32)
        select Network(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 - cut : 128 - (4 * cut));

    [Theory]
    [InlineData("10.1.2.3", "", "", true)]
    [InlineData("10.1.2.3", "10.0.0.0/8", "", true)]
    [InlineData("11.1.2.3", "10.0.0.0/8", "", false)]
    [InlineData("10.1.2.3", "", "10.1.2.3", false)]
    [InlineData("10.1.2.4", "", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.3", "10.0.0.0/8", false)]
    [InlineData("10.1.2.3", "0.0.0.0/0", "", true)]
    [InlineData("10.1.2.3", "::/0", "", false)]
    [InlineData("2001:db8::1", "::/0", "", true)]
    [InlineData("2001:db8::1", "0.0.0.0/0", "", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8::/64", "", false)]
    [InlineData("fe80::1%2", "fe80::/10", "", true)]
    [InlineData("255.255.255.255", "255.255.255.255", "", true)]
    public void Client_IsAdmitted(string client, string allow, string deny, bool isAdmitted) =>
        Assert.Equal(isAdmitted, new AccessList(ListOf(allow), ListOf(deny)).Admits(Source.Client(client)));

    [Fact]
    public void UnixClient_IsAlwaysAdmitted() =>
        Assert.True(new AccessList(ListOf("10.0.0.0/8"), ListOf("0.0.0.0/0 ::/0")).Admits(Source.Unix));

    [Fact]
    public void AnyLists_DecideAsTheNaiveModel() =>
        Prop.ForAll(Networks.ArrayOf().ToArbitrary(), Networks.ArrayOf().ToArbitrary(), Addresses.ArrayOf(20).ToArbitrary(), (allow, deny, clients) =>
        {
            AccessList list = new(allow, deny);
            return clients.All(client => list.Admits(Source.Client(client)) == Naive(allow, deny, client));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lookup_AllocatesNothing()
    {
        AccessList list = new(ListOf("10.0.0.0/8 2001:db8::/32"), ListOf("10.1.0.0/16"));
        var client = Source.Client("10.2.0.1");

        Allocation.IsZero(() => list.Admits(client));
    }

    private static bool Naive(IPNetwork[] allow, IPNetwork[] deny, IPAddress client) =>
        (allow.Length == 0 || allow.Any(n => n.Contains(client))) && !deny.Any(n => n.Contains(client));

    private static IPNetwork[] ListOf(string networks) => Source.Networks(networks.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static IPNetwork Network(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }
}
