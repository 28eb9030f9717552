using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Signals, and the end.</summary>
public sealed class ShutdownTests
{
    [Theory]
    [Row(40, "the balancer is told to finish while a stream lives", "it takes nobody new, the stream goes on, and when it ends the balancer ends with exit code 0")]
    public async Task ToldToFinish_StreamGoesOnToItsEnd(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(bench.Answering("A"));
        var client = await bench.ConnectAsync();
        Assert.Equal("A", await client.WhoAsync());

        bench.Process.Send(bench.Balancer.FinishSignal);

        await bench.TakesNobodyAsync();
        Assert.Equal("A", await client.WhoAsync());
        client.Dispose();
        Assert.Equal(0, await bench.Process.ExitAsync());
    }

    [Theory]
    [Row(40, "the balancer is told to finish, and a stream does not end within the grace (1 s)", "the stream is closed then, and the balancer ends with exit code 0")]
    public async Task StreamOutlivesTheGrace_IsClosed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Grace = TimeSpan.FromSeconds(1) });
        using var client = await bench.ConnectAsync();
        Assert.Equal("A", await client.WhoAsync());

        bench.Process.Send(bench.Balancer.FinishSignal);

        await client.EndAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(0, await bench.Process.ExitAsync());
    }

    [Theory]
    [Row(41, "the balancer is told to stop while it finishes", "it ends at once")]
    public async Task SecondSignal_EndsAtOnce(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(bench.Answering("A"));
        using var client = await bench.ConnectAsync();
        Assert.Equal("A", await client.WhoAsync());
        bench.Process.Send(bench.Balancer.FinishSignal);
        await bench.TakesNobodyAsync();

        bench.Process.Send(bench.Balancer.StopSignal);

        await bench.Process.ExitAsync(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [Row(65, "signals that mean nothing to it, or something: SIGPIPE, SIGWINCH, SIGHUP", "none of them ends it or cuts a stream", Note = "SIGUSR1, SIGUSR2 and SIGQUIT are orders to finish, to reload or to upgrade in one peer or the other, and are left out")]
    public async Task StraySignals_EndNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(bench.Answering("A"));
        using var client = await bench.ConnectAsync();

        foreach (var signal in (int[])[Signal.Pipe, Signal.WindowChange, Signal.Hangup])
        {
            bench.Process.Send(signal);
            Assert.Equal("A", await client.WhoAsync());
            Assert.Equal("A", await bench.WhoAsync());
        }

        Assert.True(bench.Process.IsRunning, "it has ended");
    }

    [Theory]
    [Row(50, "the balancer is killed (SIGKILL) and started again while others hold its listening socket", "clients that come meanwhile wait in the kernel's queue and are served", Needs = Feature.SocketActivation)]
    public async Task KilledAndStartedAgain_ClientsWait(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        using var socket = new PassedSocket(bench.Host, Setup.Listener);
        await bench.StartAsync(bench.Balancer.OnPassedSocket(new Setup { Backends = [a.Member] }), socket.Launcher);
        Assert.Equal("A", await bench.WhoAsync());
        await bench.Process.DisposeAsync(); // Kills it with all its workers, as systemd does.

        using var client = await bench.ConnectAsync();
        await client.SendAsync("who\n");
        await bench.RunAsync(socket.Launcher);

        Assert.Equal("A who", await client.ReadLineAsync());
    }
}
