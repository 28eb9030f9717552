using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Clients and backends behind a network that is not at its best.</summary>
public sealed class RoughPathTests
{
    private const int Port = 6443;
    private const int Size = 4 << 20;

    /// <summary>Longer than several attempts of TCP to send again, shorter than anything that gives a peer up.</summary>
    private const int OutageMilliseconds = 3000;

    private static readonly Roughness Rough = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5), Loss: 0.01);

    [Theory]
    [Row(1, "4 MiB each way at the same time, when packets to client and backend are 5 to 10 ms late, overtake each other, and one in a hundred is lost", "both get exactly what was sent, then the end", Note = "a path of the tests' own instead of `tc netem`, which not every kernel has")]
    public async Task RoughPath_IsByteExact(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await using var path = await RoughPath.LayAsync(bench.Host, Rough);
        await using var a = NewBackend(path);
        await StartAsync(bench, a);
        using Connection client = new(await path.ConnectAsync(Port));
        using var server = await a.AcceptAsync();

        var ends = await Task.WhenAll(SendAsync(client, seed: 1), SendAsync(server, seed: 2), ReceiveAsync(server), ReceiveAsync(client));

        Remark.Say($"{path.Lost} packets lost, {path.Overtaken} overtaken");
        Assert.Equal(ends[0], ends[2]);
        Assert.Equal(ends[1], ends[3]);
        Assert.NotEqual(0, path.Lost);
        Assert.NotEqual(0, path.Overtaken);
        await bench.RelaysNothingAsync();
    }

    [Theory]
    [Row(15, "the network to client and backend is gone for 3 s while data is under way both ways, and comes back", "nobody is given up: both get exactly what was sent, then the end")]
    public async Task OutageAmidData_IsByteExact(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await using var path = await RoughPath.LayAsync(bench.Host, Rough with { Loss = 0 });
        await using var a = NewBackend(path);
        await StartAsync(bench, a);
        using Connection client = new(await path.ConnectAsync(Port));
        using var server = await a.AcceptAsync();
        await client.SendAsync("x");
        await server.SendAsync(await server.ReadAsync(1));
        await client.ReadAsync(1);

        path.Interrupt(true);
        var everything = Task.WhenAll(SendAsync(client, seed: 3), SendAsync(server, seed: 4), ReceiveAsync(server), ReceiveAsync(client));
        await Eventually.StaysAsync(() => !everything.IsCompleted, () => "it has ended", TimeSpan.FromMilliseconds(OutageMilliseconds));
        path.Interrupt(false);

        var ends = await everything;
        Assert.Equal(ends[0], ends[2]);
        Assert.Equal(ends[1], ends[3]);
        await bench.RelaysNothingAsync();
    }

    private static Backend NewBackend(RoughPath path) => new(path.Far, "A", new IPEndPoint(IPAddress.Parse(RoughPath.Distant), 7001), null);

    private static async Task StartAsync(Bench bench, Backend backend)
    {
        await bench.StartAsync(new Setup { Bind = [string.Create(CultureInfo.InvariantCulture, $"{RoughPath.Near}:{Port}")], Backends = [backend.Member], ConnectTimeout = TimeSpan.FromSeconds(4) });
        await backend.ForgetAsync(bench.Balancer.ChecksAtStart);
    }

    private static async Task<string> SendAsync(Connection to, int seed)
    {
        var bytes = new byte[Size];
        new Random(seed).NextBytes(bytes);
        await to.SendAsync(bytes);
        to.Finish();
        return Convert.ToHexString(SHA256.HashData(bytes));
    }

    private static async Task<string> ReceiveAsync(Connection from)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[1 << 16];
        while (await from.Socket.ReceiveAsync(piece).WaitAsync(Connection.Patience, TimeProvider.System) is > 0 and var length)
        {
            hash.AppendData(piece, 0, length);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
