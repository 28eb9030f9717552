using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Clients behind a proxy that does not say properly whom it speaks for.</summary>
public sealed class BadProxyTests
{
    private const int Damaged = 2000;
    private const string Proxy = "127.0.0.60";

    private static readonly byte[] Good = [.. ProxyHeader.V1("PROXY TCP4 203.0.113.7 203.0.113.99 40001 6443"), .. "who\n"u8];

    [Theory]
    [Row(58, "headers of more than 107 bytes, without CRLF, with a bad address, version, command, family, protocol or TLV length, of length 0 or 65,535, cut off, or none at all", "each is closed within 10 s, nobody connects to a backend for it, it is told once as a bad header, and the next client is served", Note = "who sends a broken header is not who it is trusted to be. ApiLb is asked for the cause of each as well (`apilb_listener_bad_proxy_headers_total`); HAProxy tells by a line in its log, nginx by status 400")]
    public async Task BadHeaders_AreClosedAndTold(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(SetupOf(a));

        var faults = await Task.WhenAll(BadHeader.All.Select(bad => FaultOfAsync(bench, bad)));
        Assert.Empty(faults.OfType<string>());
        IReadOnlyList<string> told = await bench.Balancer.BadHeadersAsync(bench.Process);
        Assert.True(a.Accepts == bench.Balancer.ChecksAtStart, $"{a.Accepts - bench.Balancer.ChecksAtStart} of {BadHeader.All.Count} were passed to the backend, {told.Count} told as bad");
        await Eventually.HoldsAsync(async () => (told = await bench.Balancer.BadHeadersAsync(bench.Process)).Count >= BadHeader.All.Count, () => $"{told.Count} of {BadHeader.All.Count} were told: {string.Join(", ", told)}");

        Assert.Equal(BadHeader.All.Count, told.Count);
        if (balancer == Balancer.ApiLb)
        {
            Assert.Equal(BadHeader.All.Select(bad => bad.Cause).Order(), told.Order());
        }

        await ServesAsync(bench);
    }

    [Theory]
    [Row(58, "2,000 headers with a few bytes changed, left out or put in", "it neither ends nor keeps anything of them, and the next client is served", Note = "2,000 of 10,000,000, from outside; the parser alone is fuzzed further by the unit tests and by `tests/run extended`")]
    public async Task DamagedHeaders_EndNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(SetupOf(a) with { LogsConnections = false });
        await ServesAsync(bench);
        await bench.RelaysNothingAsync();
        var descriptors = bench.Process.Family.Descriptors;

        ParallelOptions together = new() { MaxDegreeOfParallelism = 16 };
        await Parallel.ForEachAsync(BadHeader.Damaged(Damaged), together, async (header, _) => await SendAndFinishAsync(bench, header));

        Assert.True(bench.Process.IsRunning, bench.Process.Log);
        await ServesAsync(bench);
        await bench.RelaysNothingAsync();
        await Eventually.HoldsAsync(() => bench.Process.Family.Descriptors <= descriptors + 5, () => $"{bench.Process.Family.Descriptors} descriptors, before {descriptors}");
    }

    private static Setup SetupOf(Backend a) => new() { Backends = [a.Member], ProxyFrom = Proxy + "/32", FirstFlight = TimeSpan.FromSeconds(2) };

    private static async Task ServesAsync(Bench bench)
    {
        using var client = await bench.ConnectAsync(Proxy);
        await client.SendAsync(Good);
        Assert.Equal("A who", await client.ReadLineAsync());
    }

    /// <returns>What the balancer did that it must not do; null for nothing.</returns>
    private static async Task<string?> FaultOfAsync(Bench bench, BadHeader bad)
    {
        using var client = await bench.ConnectAsync(Proxy);
        await client.SendAsync(bad.Bytes);
        if (!bad.Stays)
        {
            client.Finish();
        }

        try
        {
            await client.EndAsync(TimeSpan.FromSeconds(10));
            return client.Received.Length == 0 ? null : $"{bad.What}: answered '{client.Received}'";
        }
        catch (TimeoutException)
        {
            return $"{bad.What}: not closed";
        }
    }

    /// <summary>Whatever becomes of it, it ends.</summary>
    private static async Task SendAndFinishAsync(Bench bench, byte[] header)
    {
        using var client = await bench.ConnectAsync(Proxy);
        try
        {
            await client.SendAsync(header);
            client.Finish();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return; // Closed as soon as the first bytes were seen.
        }

        await client.EndAsync();
    }
}
