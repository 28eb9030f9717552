using System.Net;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Clients behind another proxy, which says whom it speaks for.</summary>
public sealed class ProxyProtocolTests
{
    private const string Proxy = "127.0.0.60";
    private const string Hello = "hello";

    private static readonly IPEndPoint Client4 = new(IPAddress.Parse("203.0.113.7"), 40001);
    private static readonly IPEndPoint Client6 = new(IPAddress.Parse("2001:db8::7"), 40001);
    private static readonly IPEndPoint Target4 = new(IPAddress.Parse("203.0.113.99"), 6443);
    private static readonly IPEndPoint Target6 = new(IPAddress.Parse("2001:db8::99"), 6443);

    /// <summary>Each with the beginning of what the backend must be told of it.</summary>
    private static readonly (byte[] Header, string Told)[] Good =
    [
        (ProxyHeader.V1("PROXY TCP4 203.0.113.7 203.0.113.99 40001 6443"), "PROXY TCP4 203.0.113.7 "),
        (ProxyHeader.V1("PROXY TCP6 2001:db8::7 2001:db8::99 40001 6443"), "PROXY TCP6 2001:db8::7 "),
        (ProxyHeader.V1("PROXY UNKNOWN"), "PROXY "),
        (ProxyHeader.V2(Client4, Target4), "PROXY TCP4 203.0.113.7 "),
        (ProxyHeader.V2(Client6, Target6), "PROXY TCP6 2001:db8::7 "),
        (ProxyHeader.V2(Client4, Target4, 0x04, 0, 3, 0, 0, 0, 0xE0, 0, 1, 9), "PROXY TCP4 203.0.113.7 "),
        (ProxyHeader.Raw(0x20, 0x00, []), "PROXY "),
    ];

    [Theory]
    [Row(57, "PROXY headers v1 and v2, IPv4, IPv6, UNKNOWN, LOCAL, with TLVs; with the payload in one segment", "the backend is told the client's address, and gets the payload intact")]
    public async Task GoodHeaders_AreTaken(string balancer) => await EachGoodAsync(balancer, (client, bytes) => client.SendAsync(bytes));

    [Theory]
    [Row(57, "the same headers in segments of one byte", "the same", Note = "the specification lets a receiver insist on one segment, but a sender cannot promise it: TCP keeps no boundaries")]
    public async Task GoodHeadersInSingleBytes_AreTaken(string balancer) => await EachGoodAsync(balancer, async (client, bytes) =>
    {
        foreach (var value in bytes)
        {
            await client.SendAsync(new[] { value });
        }
    });

    [Theory]
    [Row(59, "a header from an address that may not send one, and a client without header from one that must", "both are closed; nothing is guessed")]
    public async Task UnexpectedHeaders_AreClosed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(SetupOf(a));
        foreach (var (source, bytes) in ((string, byte[])[])[("127.0.0.61", Good[0].Header), (Proxy, [.. "SSH-2.0-client\r\n"u8])])
        {
            using var client = await bench.TryConnectAsync(source);
            try
            {
                await (client?.SendAsync((byte[])[.. bytes, .. "hello"u8]) ?? Task.CompletedTask);
                await (client?.EndAsync(TimeSpan.FromSeconds(5)) ?? Task.FromResult(Ending.Reset));
            }
            catch (System.Net.Sockets.SocketException)
            {
                // It was closed before it had sent anything.
            }
        }

        Assert.Equal(bench.Balancer.ChecksAtStart, a.Accepts);
    }

    private static Setup SetupOf(Backend a) => new() { Backends = [a.Member], ProxyFrom = Proxy + "/32", SendsProxy = true, FirstFlight = TimeSpan.FromSeconds(3) };

    private static async Task EachGoodAsync(string balancer, Func<Connection, byte[], Task> send)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(SetupOf(a));
        foreach (var (header, told) in Good)
        {
            try
            {
                await TakesAsync(bench, a, client => send(client, [.. header, .. "hello"u8]), told);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{Convert.ToHexString(header)}: {e.Message}", e);
            }
        }
    }

    private static async Task TakesAsync(Bench bench, Backend a, Func<Connection, Task> send, string told)
    {
        using var client = await bench.ConnectAsync(Proxy);
        await send(client);
        using var server = await a.AcceptAsync(TimeSpan.FromSeconds(5));

        Assert.StartsWith(told, Shortened((await server.ReadLineAsync()).TrimEnd('\r')), StringComparison.Ordinal);
        Assert.Equal(Hello, await server.ReadAsync(Hello.Length));
    }

    /// <summary>The specification leaves it open whether the zeros of an IPv6 address are written.</summary>
    private static string Shortened(string line) => string.Join(' ', line.Split(' ').Select(word => IPAddress.TryParse(word, out var address) && word.Contains(':', StringComparison.Ordinal) ? address.ToString() : word));
}
