using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Cli;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

public sealed class ExplainTests
{
    [Fact]
    public async Task DeadBackend_TellsItsChecksItsChangesAndWhoCausedThem()
    {
        await using var host = await AdminHost.StartAsync();
        var backend = host.Pool.Snapshot.Backends[1];
        Probe(host.Pool, backend, HealthEvidence.Ready, HealthCause.Passed, "HTTP 200");
        Probe(host.Pool, backend, HealthEvidence.Unreachable, HealthCause.Refused, "connection refused");
        host.Pool.SetMode(backend, OperatorMode.Maint);

        var told = Assert.Single(await ExplainAsync(host, "cp2"));

        Assert.Equal("dead", told.Backend.Status);
        Assert.Equal("none: the operator said maint", told.NewConnections);
        Assert.Equal(["HTTP 200", "connection refused"], told.Probes.Select(p => p.Detail));
        Assert.Equal(
            ["state: unknown -> ready: HTTP 200", "state: ready -> dead: connection refused", "operator: asked for maint"],
            told.Events.Select(e => $"{e.Kind}: {e.Text}"));
    }

    [Fact]
    public async Task NobodyOfThatName_NamesThoseThereAre()
    {
        await using var host = await AdminHost.StartAsync();

        var error = await Assert.ThrowsAsync<AdminClientException>(() => ExplainAsync(host, "cp9"));

        Assert.Equal("no backend is named 'cp9' (did you mean cp1?); there are: control-plane/cp1, control-plane/cp2, control-plane/cp3", error.Message);
        Assert.Equal(ExitCode.Failure, error.ExitCode);
    }

    private static async Task<IReadOnlyList<BackendExplanation>> ExplainAsync(AdminHost host, string backend)
    {
        using var client = new AdminClient(host.SocketPath);
        return await client.GetAsync($"/v1/explain?backend={backend}", AdminJsonContext.Default.IReadOnlyListBackendExplanation, CancellationToken.None);
    }

    private static void Probe(BackendPool pool, Backend backend, HealthEvidence evidence, HealthCause cause, string detail) =>
        pool.RecordProbe(backend, new ProbeResult(new HealthReport(evidence, cause, detail), ProbeLayer.L7, null, TimeSpan.FromMilliseconds(3), pool.Now));
}
