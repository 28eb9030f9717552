using System.Net;
using ApiLb.IntegrationTests.Http;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>The built executable before one web backend: a listener in the clear and one with TLS.</summary>
internal sealed class WebLineage : IAsyncDisposable
{
    private readonly ClusterCa _ca = new();
    private readonly WebBackend _backend;

    private WebLineage(WebBackend backend)
    {
        _backend = backend;
        Processes = new Lineage(Text);
    }

    public Lineage Processes { get; }

    public IPEndPoint Web => new(Processes.Host, 8080);

    public IPEndPoint Secure => new(Processes.Host, 8443);

    public int BackendPort => _backend.Port;

    /// <param name="answer">The backend's.</param>
    public static async Task<WebLineage> LayAsync(RequestDelegate answer) => new(await WebBackend.StartAsync("b1", answer));

    public async ValueTask DisposeAsync()
    {
        await Processes.DisposeAsync();
        await _backend.DisposeAsync();
        _ca.Dispose();
    }

    private string Text(Lineage processes)
    {
        var files = _ca.IssueFiles("web", "localhost");
        return $$"""
            listeners:
              web: { bind: "{{processes.Host}}:8080", protocol: http, pool: site }
              secure:
                bind: "{{processes.Host}}:8443"
                protocol: https
                tls: { certificateFile: {{files.CertificateFile}}, keyFile: {{files.KeyFile}} }
                pool: site
            pools:
              site: { backends: ["b1=127.0.0.1:{{_backend.Port}}"], health: { type: tcp } }
            stateDirectory: none
            """;
    }
}
