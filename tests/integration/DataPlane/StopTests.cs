using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>The orderly stop, and the ends of patience.</summary>
public sealed class StopTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Fact]
    public async Task OpenConnection_MayFinish()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();

        var stopping = daemon.StopAsync(CancellationToken.None);
        await NobodyIsAcceptedAsync(daemon.EndPoint);
        Assert.Equal("cp1 still there", await client.AskAsync("still there"));
        Assert.False(stopping.IsCompleted);

        client.FinishSending();
        Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        await stopping.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(1, daemon.Counters.Closes(CloseReason.ClientEof));
    }

    [Fact]
    public async Task GraceOver_ConnectionsAreReset()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options).WithGrace(Soon));
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();
        var started = TimeProvider.System.GetTimestamp();

        await daemon.StopAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Soon - TimeSpan.FromMilliseconds(20));
        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        Assert.Equal(1, daemon.Counters.Closes(CloseReason.Shutdown));
    }

    [Fact]
    public async Task SecondStage_EndsTheGraceAtOnce()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();
        using CancellationTokenSource now = new();
        var stopping = daemon.StopAsync(now.Token);
        await NobodyIsAcceptedAsync(daemon.EndPoint);

        await now.CancelAsync();

        await stopping.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
    }

    [Fact]
    public async Task GraceOver_ClientsStillInTheirHelloOrBeingDialledAreCutToo()
    {
        await using var frozen = ScriptedBackend.Frozen("frozen");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(frozen.Options).WithGrace(Soon));
        using var speaking = await daemon.ConnectAsync();
        await speaking.SendAsync([22]);
        using var waiting = await daemon.ConnectAsync();
        await waiting.SendAsync([22, 3, 1, 0, 4, 1, 0, 0, 0]);
        await Eventually.HoldsAsync(() => daemon.Counters.Active == 2 && frozen.Hellos == 1, () => $"{daemon.Counters.Active} open");

        await daemon.StopAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

        Assert.Equal((ConnectionEnd.Reset, ConnectionEnd.Reset), (await speaking.EndAsync(), await waiting.EndAsync()));
        Assert.Equal(2, daemon.Counters.Closes(CloseReason.Shutdown));
    }

    [Fact]
    public async Task ShutdownDelay_StillServesWhileReadyzIsRed()
    {
        var options = Setup.Tcp(_cp1.Options) with { Shutdown = new ShutdownOptions { Delay = TimeSpan.FromMinutes(30) } };
        await using var daemon = await RunningDaemon.StartAsync(options);
        using CancellationTokenSource now = new();
        var stopping = daemon.StopAsync(now.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusOfAsync(daemon, "/lb/readyz"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(daemon, "/lb/healthz"));
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));

        await now.CancelAsync();
        await stopping.WaitAsync(Deadline, TimeProvider.System);
    }

    [Fact]
    public async Task NoConnections_StopIsImmediate()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        await daemon.ServersOfAsync(3);

        await daemon.StopAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

        Assert.Equal(3, daemon.Counters.Accepted);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(RunningDaemon daemon, string path)
    {
        using HttpClient http = new();
        using var response = await http.GetAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}{path}"));
        return response.StatusCode;
    }

    private static async Task NobodyIsAcceptedAsync(EndPoint endPoint)
    {
        var isRefused = false;
        while (!isRefused)
        {
            try
            {
                using var client = await Client.ConnectAsync(endPoint);
                client.Reset();
                await Task.Yield();
            }
            catch (SocketException)
            {
                isRefused = true;
            }
        }
    }
}
