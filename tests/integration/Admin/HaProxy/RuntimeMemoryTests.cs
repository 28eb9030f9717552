using System.Net.Sockets;
using System.Text;
using ApiLb.Admin;
using ApiLb.Admin.HaProxy;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Operators;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.IntegrationTests.Admin.HaProxy;

/// <summary>A client of the runtime socket that asks for much and reads nothing.</summary>
public sealed class RuntimeMemoryTests : IDisposable
{
    private const int Commands = 1600;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-runtime-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task LineOfManyCommands_IsAnsweredOneByOneAsItIsRead()
    {
        var asked = 0;
        var path = Path.Combine(_folder.FullName, "apilb.sock");
        using var desk = new OperatorDesk([], new OrderBook(null, NullLogger.Instance), TimeProvider.System, NullLogger<OperatorDesk>.Instance);
        using AdminSockets sockets = new();
        await using var server = new RuntimeServer(path, Sources(desk, () => Interlocked.Increment(ref asked) > 0), sockets, new StoppedTime(), NullLogger<RuntimeServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync(Encoding.ASCII.GetBytes(string.Join(';', Enumerable.Repeat("show info", Commands)) + "\n"));

        // The socket's buffers are full, and nothing more is made for somebody who does not read.
        var made = 0;
        await Eventually.BecomesAsync(true, async () =>
        {
            var before = Volatile.Read(ref asked);
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            made = Volatile.Read(ref asked);
            return made > 0 && made == before;
        }, "the server waits");
        Assert.InRange(made, 1, Commands - 1);

        await using NetworkStream stream = new(client);
        using StreamReader reader = new(stream);
        var text = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((Commands, Commands), (asked, text.Split("Name: ").Length - 1));
    }

    private static RuntimeSources Sources(OperatorDesk desk, Func<bool> canAccept) => new()
    {
        Pools = [],
        Listeners = [],
        Lifetime = new ProcessLifetime(TimeProvider.System),
        MaxConnections = () => 1000,
        Reactors = 2,
        CanAccept = canAccept,
        Operators = desk,
        Kill = (_, _) => { },
    };

    /// <summary>The server's patience with who does not read never ends, however busy the machine is.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StoppedTimer();
    }

    private sealed class StoppedTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
