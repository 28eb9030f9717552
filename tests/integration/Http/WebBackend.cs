using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ApiLb.IntegrationTests.Http;

/// <summary>A Kestrel that answers as the test says, by default with its own name and what it was asked.</summary>
internal sealed class WebBackend : IAsyncDisposable
{
    private readonly WebApplication _server;

    private WebBackend(string name, RequestDelegate? answer, HttpProtocols protocols, X509Certificate2? certificate, bool wantsClientCertificate, int port)
    {
        Name = name;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null; // On a busy machine it would give up slow requests.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate, https =>
                    {
                        https.ClientCertificateMode = wantsClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                        https.AllowAnyClientCertificate();
                    });
                }
            });
        });
        _server = builder.Build();
        _server.Run(async context =>
        {
            Requests.Enqueue($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
            await (answer ?? AnswerAsync)(context);
        });
    }

    public string Name { get; }

    public int Port { get; private set; }

    public BackendOptions Options => new() { Name = Name, Address = new BackendAddress("127.0.0.1", Port) };

    /// <summary>What was asked for; health checks connect only.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<WebBackend> StartAsync(
        string name,
        RequestDelegate? answer = null,
        HttpProtocols protocols = HttpProtocols.Http1,
        X509Certificate2? certificate = null,
        bool wantsClientCertificate = false,
        int port = 0)
    {
        WebBackend backend = new(name, answer, protocols, certificate, wantsClientCertificate, port);
        await backend._server.StartAsync();
        backend.Port = new Uri(backend._server.Urls.First()).Port;
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var lines = request.Headers.SelectMany(h => h.Value, (h, value) => $"{h.Key}: {value}");
        return context.Response.WriteAsync($"{Name} {request.Protocol} {request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}\n{string.Join('\n', lines)}\n");
    }
}
