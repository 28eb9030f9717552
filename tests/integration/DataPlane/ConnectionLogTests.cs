using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

public sealed class ConnectionLogTests
{
    [Fact]
    public async Task EveryConnection_HasOneLineThatSaysItAll()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await StartAsync(ConnectionLogging.All, 1, backend.Options);
        using var client = await daemon.ConnectAsync();
        await client.AskAsync("who");
        var endPoint = client.LocalEndPoint;

        client.FinishSending();
        await client.EndAsync();

        var line = Assert.Single(await LinesAsync(daemon, "served by", 1));
        Assert.Matches(
            $@"^Information: Listener kube-apiserver: {endPoint} for - \(-\) served by control-plane/cp1: client_eof, 4 B to the backend, 8 B to the client, connected in [\d.]+ ms, lasted [\d.]+ ms, attempts: 1",
            line);
    }

    [Fact]
    public async Task TlsClient_IsLoggedWithWhatItAskedFor()
    {
        using ClusterCa ca = new();
        await using TlsBackend backend = new("cp1", ca);
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(backend.Options).With(l => l with { LogConnections = ConnectionLogging.All }));

        await using (await TlsClient.ConnectAsync(daemon.EndPoint, ca))
        {
        }

        Assert.Contains("for localhost (-) served by control-plane/cp1", Assert.Single(await LinesAsync(daemon, "served by", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedOnly_LeavesOutWhatWentWell()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await StartAsync(ConnectionLogging.Failed, 1, backend.Options);
        using (var client = await daemon.ConnectAsync())
        {
            await client.WhoAsync();
            client.FinishSending();
            await client.EndAsync();
        }

        await backend.StopAsync();
        await Client.EndOfSilentAsync(daemon.EndPoint);

        Assert.Contains("not served: refused, attempts: 1", Assert.Single(await LinesAsync(daemon, "served", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sample_KeepsOneInSoMany()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await StartAsync(ConnectionLogging.All, 5, backend.Options);

        for (var i = 0; i < 10; i++)
        {
            using var client = await daemon.ConnectAsync();
            await client.WhoAsync();
            client.FinishSending();
            await client.EndAsync();
        }

        await daemon.ClosesReachAsync(CloseReason.ClientEof, 10);
        Assert.Equal(2, (await LinesAsync(daemon, "served by", 2)).Count);
    }

    private static Task<RunningDaemon> StartAsync(ConnectionLogging logging, int sample, BackendOptions backend) => RunningDaemon.StartAsync(
        Setup.Tcp(backend).With(l => l with { LogConnections = logging, LogSample = sample }));

    private static async Task<IReadOnlyList<string>> LinesAsync(RunningDaemon daemon, string part, int count)
    {
        IReadOnlyList<string> Found() => [.. daemon.Log.Where(l => l.Contains(part, StringComparison.Ordinal))];
        await Eventually.HoldsAsync(() => Found().Count >= count, () => string.Join('\n', daemon.Log));
        return Found();
    }
}
