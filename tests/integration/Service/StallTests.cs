using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>The daemon's process is stopped for longer than every timeout of a check, as by a paused virtual machine.</summary>
public sealed class StallTests : IAsyncDisposable
{
    private const int Backends = 3;
    private const int Checks = 10;

    // Most of the time a check is under way, so that the stop falls into some.
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver[] _servers;
    private readonly ConfigurationOnDisk _configuration;

    public StallTests()
    {
        _servers = [.. Enumerable.Range(0, Backends).Select(_ => new FakeApiserver(_ca.Issue("127.0.0.1")) { Answer = AnswerSlowlyAsync })];
        _configuration = ConfigurationOnDisk.In(folder =>
            $$"""
            listeners:
              api:
                bind: "unix:{{folder}}/listener.sock"
                protocol: tls
                pool: control-plane
            pools:
              control-plane:
                backends: [{{string.Join(", ", _servers.Select((server, i) => $"\"cp{i + 1}=127.0.0.1:{server.Port}\""))}}]
                health: { type: kube-apiserver, caFile: {{_ca.File}}, interval: 500ms }
            admin:
              socket: {{folder}}/admin.sock
              listen: none
            """);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _configuration.Dispose();
        _ca.Dispose();
    }

    [Fact]
    public async Task ProcessStoppedForHalfAMinute_NobodyIsMarkedDown()
    {
        await using var apilb = ApilbProcess.Start(["run", "--config", _configuration.File]);
        await apilb.SaysAsync("is ready: 3/3");

        await apilb.SignalAsync("STOP");
        await Task.Delay(Stall, TimeProvider.System, TestContext.Current.CancellationToken);
        await apilb.SignalAsync("CONT");
        await CheckedAgainAsync();

        Assert.DoesNotContain(apilb.Errors, line => line.Contains("Ready -> ", StringComparison.Ordinal));
    }

    private static async Task<bool> AnswerSlowlyAsync(Stream stream, int request, CancellationToken stop)
    {
        await Task.Delay(SlowAnswer, TimeProvider.System, stop);
        return await Answers.Ok(stream, request, stop);
    }

    private Task CheckedAgainAsync()
    {
        var before = _servers.Select(server => server.Requests).ToArray();
        return Eventually.HoldsAsync(
            () => _servers.Zip(before).All(s => s.First.Requests >= s.Second + Checks), () => $"{string.Join(", ", _servers.Select(s => s.Requests))} requests, before {string.Join(", ", before)}");
    }
}
