using System.Net.Sockets;
using System.Text;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>The server name in a ClientHello chooses the backend, and TLS passes through.</summary>
public sealed class ClientHelloTests
{
    private const string Routed = "b.example.com";

    [Theory]
    [Row(60, "ClientHellos with a name that is routed: whole, in single bytes, with GREASE, in upper case", "the route's backend gets exactly these bytes")]
    public async Task KnownName_ChoosesTheBackend(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (_, b) = await StartAsync(bench);
        byte[][] hellos =
        [
            ClientHello.Records(ClientHello.Message(Routed)),
            ClientHello.Records(ClientHello.Message(Routed, grease: true)),
            ClientHello.Records(ClientHello.Message(Routed.ToUpperInvariant())),
        ];
        foreach (var hello in hellos)
        {
            await ArrivesAsync(bench, b, hello, hello.Length);
        }

        await ArrivesAsync(bench, b, hellos[0], segment: 1);
    }

    [Theory]
    [Row(60, "a ClientHello in records of 20 bytes", "the route's backend gets exactly these bytes", Note = "allowed by RFC 8446, section 5.1, and sent by clients with large post-quantum keys")]
    public async Task HelloInSeveralRecords_ChoosesTheBackend(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (_, b) = await StartAsync(bench);
        var hello = ClientHello.Records(ClientHello.Message(Routed), 20);

        await ArrivesAsync(bench, b, hello, hello.Length);
    }

    [Theory]
    [Row(60, "ClientHellos without a name, and with one that no route has", "the default backend gets exactly these bytes")]
    public async Task UnknownName_GoesToTheDefault(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, _) = await StartAsync(bench);
        foreach (var hello in (byte[][])[ClientHello.Records(ClientHello.Message(null)), ClientHello.Records(ClientHello.Message("c.example.com"))])
        {
            await ArrivesAsync(bench, a, hello, hello.Length);
        }
    }

    [Theory]
    [Row(60, "no ClientHello: plain text, one that is cut off, one of 100,000 bytes", "each is closed within 5 s, or goes to the default backend as it is; memory stays within 16 MiB, and the next client is served")]
    public async Task NoHello_IsClosedOrPassedOn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = await StartAsync(bench);
        var memory = bench.Process.Family.Memory;
        byte[][] faults =
        [
            [.. "GET / HTTP/1.1\r\nHost: api\r\n\r\n"u8],
            ClientHello.Records(ClientHello.Message(Routed))[..^10],
            ClientHello.Records(ClientHello.Message(Routed, padding: 100_000)),
        ];
        foreach (var fault in faults)
        {
            using var client = await bench.ConnectAsync();
            try
            {
                await client.SendAsync(fault);
                client.Finish();
            }
            catch (SocketException)
            {
                continue; // Closed before it had said everything.
            }

            var passed = a.AcceptAsync(TimeSpan.FromSeconds(6));
            if (await Task.WhenAny(client.EndAsync(TimeSpan.FromSeconds(5)), passed) == passed && !passed.IsFaulted)
            {
                using var server = await passed;
                Assert.Equal(Encoding.Latin1.GetString(fault), await server.ReadAsync(fault.Length));
            }

            _ = passed.ContinueWith(late => late.Exception, TaskScheduler.Default);
        }

        Assert.InRange(bench.Process.Family.Memory - memory, long.MinValue, 16 << 20);
        var hello = ClientHello.Records(ClientHello.Message(Routed));
        await ArrivesAsync(bench, b, hello, hello.Length);
    }

    private static async Task<(Backend A, Backend B)> StartAsync(Bench bench)
    {
        var (a, b) = (bench.Open("A"), bench.Open("B"));
        await bench.StartAsync(new Setup
        {
            Backends = [a.Member],
            Tls = true,
            FirstFlight = TimeSpan.FromSeconds(2),
            Routes = new Dictionary<string, Member> { [Routed] = b.Member },
        });
        return (a, b);
    }

    private static async Task ArrivesAsync(Bench bench, Backend at, byte[] hello, int segment)
    {
        using var client = await bench.ConnectAsync();
        foreach (var piece in hello.Chunk(segment))
        {
            await client.SendAsync(piece);
        }

        using var server = await at.AcceptDataAsync();
        Assert.Equal(Encoding.Latin1.GetString(hello), await server.ReadAsync(hello.Length));
    }
}
