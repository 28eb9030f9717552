using System.Net;
using ApiLb.Discovery;

namespace ApiLb.UnitTests.Discovery;

/// <summary>Members that are written as letters: <c>abc</c> are 10.0.0.1 to 10.0.0.3.</summary>
internal static class Members
{
    public static Member[] Of(string letters) => [.. letters.Select(Of)];

    public static Member Of(char letter) => At($"10.0.0.{letter - 'a' + 1}:6443");

    public static Member At(string address, string name = "") => new(name, IPEndPoint.Parse(address));

    public static string Letters(IEnumerable<Member> members) =>
        string.Concat(members.Select(m => (char)('a' + m.Address.Address.GetAddressBytes()[3] - 1)).Order());
}
