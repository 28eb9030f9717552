using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Http;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>The log of a daemon that serves requests: what was switched on, and nothing that a library has to say about each of them.</summary>
public sealed class RequestLinesTests
{
    [Fact]
    public async Task Request_HasTheOneLineThatWasAskedFor()
    {
        await using var backend = await WebBackend.StartAsync("b1");
        using var configuration = ConfigurationOnDisk.In(folder =>
            $$"""
            listeners:
              web: { bind: "unix:{{folder}}/listener.sock", protocol: http, pool: web, logRequests: all }
            pools:
              web: { backends: ["b1=127.0.0.1:{{backend.Port}}"], health: { type: tcp } }
            admin: { socket: {{folder}}/admin.sock, listen: none }
            """);
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");
        using var client = await Client.ConnectAsync(configuration.Listener);

        await client.SendAsync("GET /shop HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        await apilb.SaysAsync("GET a /shop HTTP/1.1 200");
        Assert.EndsWith("failure: -, agent: -", Assert.Single(apilb.Errors.SkipWhile(l => !l.Contains("is ready", StringComparison.Ordinal)).Skip(1)), StringComparison.Ordinal);
    }
}
