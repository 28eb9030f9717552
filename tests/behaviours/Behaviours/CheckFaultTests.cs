using System.Text;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Answers to checks that are not as they should be.</summary>
public sealed class CheckFaultTests
{
    private static readonly Authority Stranger = new();

    [Theory]
    [Row(32, "a check's answer comes at a byte a second", "the check ends at its deadline, the backend is taken out, and no connection of a check is left", Needs = Feature.Checks)]
    public Task SlowAnswer_EndsAtTheDeadline(string balancer) => EndsAsync(balancer, async stream =>
    {
        for (var i = 0; i < 60; i++)
        {
            await stream.WriteAsync("H"u8.ToArray());
            await Eventually.PauseAsync(1000);
        }
    });

    [Theory]
    [Row(32, "a check's answer has headers without end", "the check ends, the backend is taken out, and memory stays within 16 MiB", Needs = Feature.Checks)]
    public Task EndlessHeaders_EndBySize(string balancer) => EndsAsync(balancer, async stream =>
    {
        var block = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("X-Filler: 0123456789012345678901234567890123456789\r\n", 500)));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
        for (var i = 0; i < 10_000; i++)
        {
            await stream.WriteAsync(block);
        }
    });

    [Theory]
    [Row(33, "checks meet a foreign CA, a wrong name, an expired certificate, plain HTTP", "the backend is taken out and gets no clients each time, each time with a reason of its own", Needs = Feature.Checks, Note = "whoever reads it at night must know which certificate to renew")]
    public async Task EachTlsFault_HasItsReason(string balancer)
    {
        List<string> reasons = [];
        Action<ApiServer>[] faults =
        [
            server => server.Certificate = Stranger.Issue(),
            server => server.Certificate = Authority.Trusted.Issue("somebody-else", addresses: false),
            server => server.Certificate = Authority.Trusted.Issue(expired: true),
            server => server.Certificate = null,
        ];
        foreach (var fault in faults)
        {
            await using var bench = await Bench.LayAsync(balancer);
            var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
            fault(a);
            await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check() });
            await bench.IsDownAsync();
            reasons.Add(bench.Balancer.Complaints(bench.Process.Log)[0]);
            await bench.IsOutAsync("A");
        }

        Remark.Say($"{string.Join(" / ", reasons)}");
        Assert.Equal(faults.Length, reasons.Distinct().Count());
    }

    private static async Task EndsAsync(string balancer, Func<Stream, Task> answer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check { Timeout = TimeSpan.FromSeconds(1) } });
        await bench.AskAsync(4, tls: true);
        var memory = bench.Process.Family.Memory;

        a.RawReadyz = answer;
        await a.CheckedAsync(4);

        await bench.IsOutAsync("A");
        Assert.InRange(bench.Process.Family.Memory - memory, long.MinValue, 16 << 20);
        await Eventually.HoldsAsync(
            async () => (await bench.Host.SocketsAsync("state", "established", "dst", Bench.AddressOf("A"))).Count <= 2, () => "connections of checks pile up");
    }
}
