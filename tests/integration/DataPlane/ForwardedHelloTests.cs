using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Fuzzing;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>First flights that go to one backend only: forwarded ones, and those with early data.</summary>
public sealed class ForwardedHelloTests
{
    [Fact]
    public async Task PlainText_IsServedByTheDefaultPool()
    {
        await using NamedBackend plain = new("plain");
        await using var daemon = await RunningDaemon.StartAsync(Forwarding(plain.Options));
        using var client = await daemon.ConnectAsync();

        Assert.Equal("plain one", await client.AskAsync("one"));
        Assert.Equal("plain two", await client.AskAsync("two"));
        Assert.Equal(1, daemon.Counters.BadHellos(BadHelloCause.NotTls, isForwarded: true));
        Assert.Equal(0, daemon.Counters.Closes(CloseReason.BadHello));
    }

    [Fact]
    public async Task PlainTextInPieces_IsServedWithoutWaitingForAnAnswerToTheFirst()
    {
        await using NamedBackend plain = new("plain");
        await using var daemon = await RunningDaemon.StartAsync(Forwarding(plain.Options));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync("w");
        await Eventually.HoldsAsync(() => daemon.Backend("plain").Counters.Connections == 1, () => "not forwarded");

        Assert.Equal("plain who", await client.AskAsync("ho"));
    }

    [Theory]
    [InlineData(BadHelloCause.Truncated)]
    [InlineData(BadHelloCause.TooLarge)]
    internal async Task OtherBadHellos_AreForwardedUnchanged(BadHelloCause cause)
    {
        byte[] bytes = cause == BadHelloCause.Truncated ? [22, 3, 1, 0, 99, 1, 0, (byte)'\n'] : [22, 3, 1, 0x40, 0, 1, 1, 0, 0, (byte)'\n'];
        await using NamedBackend plain = new("plain");
        await using var daemon = await RunningDaemon.StartAsync(Forwarding(plain.Options));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(bytes);
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        Assert.Equal(System.Text.Encoding.Latin1.GetString(bytes[..^1]), Assert.Single(plain.Lines));
        Assert.Equal(1, daemon.Counters.BadHellos(cause, isForwarded: true));
    }

    [Fact]
    public async Task ClientThatFinishesWithoutAByte_IsNotForwarded()
    {
        await using NamedBackend plain = new("plain");
        await using var daemon = await RunningDaemon.StartAsync(Forwarding(plain.Options));
        using var client = await daemon.ConnectAsync();
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.BadHello, 1);
        Assert.Equal(0, daemon.Backend("plain").Counters.Connections);
    }

    [Fact]
    public async Task SlowClient_IsNotForwarded()
    {
        await using NamedBackend plain = new("plain");
        var options = Forwarding(plain.Options).With((ListenerOptions l) => l with { FirstFlightTimeout = TimeSpan.FromMilliseconds(200) });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([22, 3, 1]);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        Assert.Equal(1, daemon.Counters.BadHellos(BadHelloCause.Timeout, isForwarded: false));
        Assert.Equal(0, daemon.Backend("plain").Counters.Connections);
    }

    [Fact]
    public async Task WithoutDefaultPool_PlainTextHasNoRoute()
    {
        await using NamedBackend plain = new("plain");
        var options = Forwarding(plain.Options).WithRoute("a", ["a.example.com"], plain.Options).With((ListenerOptions l) => l with { Pool = null });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync("who\n");

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.NoRoute, 1);
        Assert.Empty(plain.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EarlyData_IsNeverSentToASecondBackend(bool hasEarlyData)
    {
        await using var resetting = ScriptedBackend.ResettingAfterReading("resetting");
        await using var second = ScriptedBackend.ResettingAfterReading("second");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(resetting.Options, second.Options));
        using var client = await daemon.ConnectAsync();
        var hello = new HelloBuilder().ServerName("a.example.com");
        await client.SendAsync((hasEarlyData ? hello.EarlyData() : hello).ToRecord());

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(hasEarlyData ? CloseReason.ServerReset : CloseReason.Refused, 1);
        Assert.Equal((1, hasEarlyData ? 0 : 1), (resetting.Hellos, second.Hellos));
    }

    [Fact]
    public async Task EarlyData_IsNotHedgedWhenTheBackendIsSilent()
    {
        await using var frozen = ScriptedBackend.Frozen("frozen");
        await using var second = ScriptedBackend.Frozen("second");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(frozen.Options, second.Options));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(new HelloBuilder().EarlyData().ToRecord());
        await Eventually.HoldsAsync(() => frozen.Hellos == 1, () => "the hello did not arrive");

        await Task.Delay(2 * Setup.HedgeDelay, TimeProvider.System);

        Assert.Equal(0, second.Hellos);
    }

    [Fact]
    public async Task EarlyData_IsHelpedWhenABackendRefuses()
    {
        await using NamedBackend gone = new("gone");
        await using var second = ScriptedBackend.ResettingAfterReading("second");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(gone.Options, second.Options));
        await gone.StopAsync();
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(new HelloBuilder().EarlyData().ToRecord());

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        Assert.Equal(1, second.Hellos);
    }

    private static ApiLbOptions Forwarding(params BackendOptions[] backends) =>
        Setup.Tls(backends).With((ListenerOptions l) => l with { OnBadHello = BadHelloAction.Forward });
}
