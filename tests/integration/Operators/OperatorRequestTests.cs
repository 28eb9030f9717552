using System.Text.Json;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Operators;

public sealed class OperatorRequestTests
{
    [Fact]
    public async Task Drain_SendsNewClientsElsewhereAndClosesOldOnesAfterTheGrace()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var old = await daemon.Running.ConnectAsync();
        Assert.Equal("cp1", await old.WhoAsync());

        var kept = await daemon.OrderAsync("/v1/drain?backend=cp1&grace=1h");
        Assert.Equal("cp1", await old.WhoAsync());
        Assert.Equal(["cp2"], await daemon.Running.ServersOfAsync(1));
        await daemon.OrderAsync("/v1/drain?backend=cp1&grace=0");

        Assert.Equal(ConnectionEnd.Reset, await old.EndAsync());
        await daemon.Running.ClosesReachAsync(CloseReason.Drain, 1);
        Assert.Equal("control-plane/cp1 is in drain: no new connections; 1 established, which are closed in 1h", kept.Message);
    }

    /// <summary>The order is written down before it is answered: by then, what it has closed is gone.</summary>
    [Theory]
    [InlineData("drain")]
    [InlineData("maint")]
    public async Task OrderWithoutGrace_TellsHowManyItCloses(string order)
    {
        await using var daemon = await OperatedDaemon.StartAsync(options => options with { Pools = [options.Pools[0] with { Balance = BalancePolicy.First }] });
        Client[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => daemon.Running.ConnectAsync()))];
        Assert.All(await Task.WhenAll(clients.Select(c => c.WhoAsync())), who => Assert.Equal("cp1", who));

        var told = await daemon.OrderAsync($"/v1/{order}?backend=cp1&grace=0");

        Assert.EndsWith("; 4 established, which are closed now", told.Message, StringComparison.Ordinal);
        await daemon.Running.ClosesReachAsync(CloseReason.Drain, 4);
        Array.ForEach(clients, c => c.Dispose());
    }

    [Fact]
    public async Task ClientWhoseBackendAnswersAfterTheClose_IsClosedAndNobodyWaitsForIt()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = Task.CompletedTask;
        await using var backend = ScriptedBackend.AnsweringAfter("cp1", () => gate);
        await using var daemon = await OperatedDaemon.StartAsync(o => o
            .With(p => p with { Backends = [backend.Options] }).With((ListenerOptions l) => l with { Protocol = ListenerProtocol.Tls }));
        using var early = await daemon.Running.ConnectAsync();
        await early.SendHelloAsync();
        Assert.Equal("cp1", await early.ReadLineAsync());
        gate = answer.Task;
        using var late = await daemon.Running.ConnectAsync();
        await late.SendHelloAsync();
        await Eventually.HoldsAsync(() => backend.Hellos == 2, () => $"{backend.Hellos} clients have reached the backend");

        await daemon.OrderAsync("/v1/drain?backend=cp1&grace=0s");
        Assert.Equal(ConnectionEnd.Reset, await early.EndAsync());
        answer.SetResult();

        Assert.Equal(ConnectionEnd.Reset, await late.EndAsync());
        var (exitCode, _, errors) = await ApilbCommand.RunAsync($"drain cp1 --grace 0 --wait --timeout 30s --socket {daemon.SocketPath}");
        Assert.True(exitCode == 0, errors);
    }

    [Fact]
    public async Task ClientWhoseBackendAnswersAfterTheClose_IsServedByAnother()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = Task.CompletedTask;
        await using var drained = ScriptedBackend.AnsweringAfter("cp1", () => gate);
        await using var other = ScriptedBackend.AnsweringAfter("cp2", Task.CompletedTask);
        ConnectOptions patient = new() { HedgeDelay = TimeSpan.Zero, TotalTimeout = TimeSpan.FromMinutes(1) };
        await using var daemon = await OperatedDaemon.StartAsync(o => o
            .With(p => p with { Backends = [drained.Options, other.Options], Balance = BalancePolicy.First, Connect = patient })
            .With((ListenerOptions l) => l with { Protocol = ListenerProtocol.Tls }));
        using var early = await daemon.Running.ConnectAsync();
        await early.SendHelloAsync();
        Assert.Equal("cp1", await early.ReadLineAsync());
        gate = answer.Task;
        using var late = await daemon.Running.ConnectAsync();
        await late.SendHelloAsync();
        await Eventually.HoldsAsync(() => drained.Hellos == 2, () => $"{drained.Hellos} clients have reached the backend");

        await daemon.OrderAsync("/v1/drain?backend=cp1&grace=0s");
        Assert.Equal(ConnectionEnd.Reset, await early.EndAsync());
        answer.SetResult();

        Assert.Equal("cp2", await late.ReadLineAsync());
        Assert.Equal(0, daemon.Running.Backend("cp1").Counters.ConnectFailures);
    }

    [Fact]
    public async Task Ready_TakesADrainBack()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var old = await daemon.Running.ConnectAsync();
        await old.WhoAsync();
        await daemon.OrderAsync("/v1/drain?backend=cp1&grace=1h");

        await daemon.OrderAsync("/v1/ready?backend=cp1");

        Assert.Equal(["cp1"], await daemon.Running.ServersOfAsync(1));
        Assert.Equal("cp1", await old.WhoAsync());
    }

    [Fact]
    public async Task Orders_HoldOverARestartAndAreShownAsSuch()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        await daemon.OrderAsync("/v1/maint?backend=control-plane/cp1&for=8m");
        await daemon.OrderAsync("/v1/weight?backend=cp2&weight=7");

        await daemon.RestartAsync();

        var backends = await BackendsAsync(daemon);
        Assert.Equal(("maint", $"uid {Environment.GetEnvironmentVariable("UID") ?? "0"}"), (backends[0].Mode, backends[0].ModeOrder?.By));
        Assert.InRange(backends[0].ModeOrder?.SecondsLeft ?? 0, 1, 480);
        Assert.Equal((7, 1), (backends[1].Weight, backends[1].ConfiguredWeight));
        Assert.Null(backends[1].WeightOrder?.Until);
    }

    [Fact]
    public async Task Orders_HoldOverAReload()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        await daemon.OrderAsync("/v1/drain?backend=cp1&for=8m");
        await daemon.OrderAsync("/v1/weight?backend=cp2&weight=7");

        await daemon.ReloadAsync(o => o.With(BalancePolicy.RoundRobin));

        var backends = await BackendsAsync(daemon);
        Assert.Equal(("drain", 7), (backends[0].Mode, backends[1].Weight));
        Assert.Equal(["cp2", "cp2"], await daemon.Running.ServersOfAsync(2));
    }

    [Fact]
    public async Task LastBackend_IsDrainedWithAWarning()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        Assert.Null((await daemon.OrderAsync("/v1/drain?backend=cp1")).Warning);

        Assert.Equal("nobody in pool control-plane is ready now", (await daemon.OrderAsync("/v1/drain?backend=cp2")).Warning);
    }

    [Fact]
    public async Task WeightZero_TakesABackendOutUntilItIsConfiguredAgain()
    {
        await using var daemon = await OperatedDaemon.StartAsync();

        await daemon.OrderAsync("/v1/weight?backend=cp1&weight=0");
        Assert.Equal(["cp2"], await daemon.Running.ServersOfAsync(1));
        var answer = await daemon.OrderAsync("/v1/weight?backend=cp1&weight=configured");

        Assert.Equal(["cp1"], await daemon.Running.ServersOfAsync(1));
        Assert.Equal("control-plane/cp1 has weight 1, as configured", answer.Message);
    }

    [Fact]
    public async Task Kill_ClosesWhatIsThereAndLetsNewOnesIn()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var client = await daemon.Running.ConnectAsync();
        await client.WhoAsync();

        await daemon.OrderAsync("/v1/kill?backend=cp1&pace=100");

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.Running.ClosesReachAsync(CloseReason.Killed, 1);
        Assert.Equal(["cp1"], await daemon.Running.ServersOfAsync(1));
    }

    [Fact]
    public async Task Probe_ChecksNowAndTellsHowItEnded()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        var before = daemon.Running.Backend("cp1").Counters.ProbesPassed;

        var answer = await daemon.OrderAsync("/v1/probe?backend=cp1");

        Assert.StartsWith("control-plane/cp1: ", answer.Message, StringComparison.Ordinal);
        Assert.True(daemon.Running.Backend("cp1").Counters.ProbesPassed > before);
    }

    [Fact]
    public async Task BackendInMaint_IsNotProbed()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        await daemon.OrderAsync("/v1/maint?backend=cp1");

        var (code, body) = await daemon.AskAsync(HttpMethod.Post, "/v1/probe?backend=cp1");

        Assert.Equal(409, code);
        Assert.Contains("is in maint, where nothing is checked", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryOrder_IsAnEventWithItsGiver()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        string[] orders = ["drain?backend=cp1", "maint?backend=cp1", "ready?backend=cp1", "weight?backend=cp1&weight=5", "kill?backend=cp1", "probe?backend=cp1"];
        foreach (var order in orders)
        {
            await daemon.OrderAsync($"/v1/{order}");
        }

        var (_, json) = await daemon.AskAsync(HttpMethod.Get, "/v1/events");
        var events = JsonSerializer.Deserialize(json, AdminJsonContext.Default.IReadOnlyListEventStatus)!.Where(e => e.Kind == "operator").ToList();

        Assert.Equal(["drain", "maint", "ready", "weight 5", "kill of 0 connections", "probe"], events.Select(e => e.Text.Split(" by uid ")[0]));
        var (_, later) = await daemon.AskAsync(HttpMethod.Get, $"/v1/events?after={events[^2].Id}");
        Assert.Equal([events[^1].Id], JsonSerializer.Deserialize(later, AdminJsonContext.Default.IReadOnlyListEventStatus)!.Select(e => e.Id));
    }

    [Fact]
    public async Task Connections_AreSortedAndCutByTheServer()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        List<Client> clients = [];
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await daemon.Running.ConnectAsync());
            await clients[i].AskAsync(new string('x', 1000 * (i + 1)));
        }

        var (_, json) = await daemon.AskAsync(HttpMethod.Get, "/v1/connections?sort=bytes&limit=2&source=127.0.0.1");

        var answer = JsonSerializer.Deserialize(json, AdminJsonContext.Default.ConnectionsStatus)!;
        Assert.Equal((3, "bytes"), (answer.Total, answer.Sort));
        Assert.Equal([clients[2].LocalEndPoint?.ToString(), clients[1].LocalEndPoint?.ToString()], answer.Connections.Select(c => c.Client));
        Assert.Equal((3001L, 3005L), (answer.Connections[0].BytesToBackend, answer.Connections[0].BytesToClient));
        Assert.Equal((Setup.Listener, "cp1"), (answer.Connections[0].Listener, answer.Connections[0].Backend));
        Assert.InRange(answer.Connections[0].IdleSeconds ?? -1, 0, 60);
        clients.ForEach(c => c.Dispose());
    }

    private static async Task<IReadOnlyList<BackendStatus>> BackendsAsync(OperatedDaemon daemon)
    {
        var (_, json) = await daemon.AskAsync(HttpMethod.Get, "/v1/backends");
        return JsonSerializer.Deserialize(json, AdminJsonContext.Default.IReadOnlyListBackendStatus)!;
    }
}
