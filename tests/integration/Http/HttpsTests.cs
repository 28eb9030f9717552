using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>TLS that ends here: certificates, versions, protocols, and what clients show.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private WebBackend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await WebBackend.StartAsync("b1");

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Request_IsServedInTheVersionThatTheClientWants(string version)
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(TlsFor("a", "a.example.com"), _backend.Options));
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Get, daemon.Uri("/x", "https")) { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.SendAsync(request);

        Assert.Equal(new Version(version), response.Version);
        var body = await response.Content.ReadAsStringAsync();
        Assert.StartsWith("b1 HTTP/1.1 GET /x\n", body, StringComparison.Ordinal);
        Assert.Contains("\nX-Forwarded-Proto: https\n", body, StringComparison.Ordinal);
        Assert.Contains($"\nHost: {daemon.EndPoint}\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_IsChosenByTheName()
    {
        var tls = TlsFor("a", "a.example.com") with { Certificates = [FilesFor("b", "b.example.com")] };
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(tls, _backend.Options));

        Assert.Equal("a.example.com", await NameShownAsync(daemon, "a.example.com"));
        Assert.Equal("b.example.com", await NameShownAsync(daemon, "b.example.com"));
        Assert.Equal("a.example.com", await NameShownAsync(daemon, "c.example.com"));
    }

    [Fact]
    public async Task RenewedCertificate_IsServedWithoutAReload()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(TlsFor("a", "old.example.com"), _backend.Options));
        Assert.Equal("old.example.com", await NameShownAsync(daemon, "x"));

        FilesFor("a", "new.example.com");

        var shown = "";
        for (var tries = 0; tries < 100 && shown != "new.example.com"; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            shown = await NameShownAsync(daemon, "x");
        }

        Assert.Equal("new.example.com", shown);
    }

    [Fact]
    public async Task OldTls_IsRefused()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(TlsFor("a", "a") with { MinimumVersion = ListenerTlsOptions.Tls13 }, _backend.Options));

        await Assert.ThrowsAnyAsync<Exception>(() => NameShownAsync(daemon, "a", SslProtocols.Tls12));

        Assert.Equal("a", await NameShownAsync(daemon, "a", SslProtocols.Tls13));
        await daemon.ClosesReachAsync(CloseReason.BadHello, 1);
    }

    [Fact]
    public async Task PlainTextToTls_IsClosedAndCounted()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(TlsFor("a", "a"), _backend.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await client.ReadToEndAsync();
        await daemon.ClosesReachAsync(CloseReason.BadHello, 1);
    }

    [Fact]
    public async Task ClientWithoutCertificate_IsKeptOutWhereOneIsRequired()
    {
        var tls = TlsFor("a", "a") with { ClientCertificates = ClientCertificates.Require, ClientCaFile = _ca.File };
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(tls, _backend.Options));
        using var known = ClientWith(_ca);
        using ClusterCa strangers = new();
        using var stranger = ClientWith(strangers);
        using var nobody = HttpSetup.NewClient();

        Assert.StartsWith("b1 ", await known.GetStringAsync(daemon.Uri("/", "https")), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetStringAsync(daemon.Uri("/", "https")));
        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetStringAsync(daemon.Uri("/", "https")));
        Assert.Single(_backend.Requests);
    }

    [Fact]
    public async Task GrpcCall_KeepsItsTrailersAndItsBothDirections()
    {
        await using var backend = await WebBackend.StartAsync("grpc", async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync("ready"u8.ToArray());
            var buffer = new byte[100];
            for (int count; (count = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
            }

            context.Response.AppendTrailer("grpc-status", "5");
        }, HttpProtocols.Http2);
        var options = HttpSetup.Https(TlsFor("a", "a"), backend.Options).With(p => p with { Upstream = new UpstreamOptions { Http2 = true } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = HttpSetup.NewClient();
        using Conversation conversation = new();
        using HttpRequestMessage request = new(HttpMethod.Post, daemon.Uri("/svc/Method", "https"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = conversation,
        };

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var answers = await response.Content.ReadAsStreamAsync();
        var said = new byte[5];
        await answers.ReadExactlyAsync(said);
        var speaker = await conversation.Speaker;
        await speaker.WriteAsync("hello"u8.ToArray());
        await speaker.FlushAsync();
        await answers.ReadExactlyAsync(said);
        conversation.Finish();

        Assert.Equal("hello"u8.ToArray(), said);
        Assert.Equal(0, await answers.ReadAsync(said));
        Assert.Equal(["5"], response.TrailingHeaders.GetValues("grpc-status"));
    }

    private ListenerTlsOptions TlsFor(string file, params string[] names)
    {
        var files = FilesFor(file, names);
        return new ListenerTlsOptions { CertificateFile = files.CertificateFile, KeyFile = files.KeyFile };
    }

    private CertificateOptions FilesFor(string file, params string[] names) => _ca.IssueFiles(file, names);

    private static HttpClient ClientWith(ClusterCa ca)
    {
        var (certificate, key) = ca.IssueClient("me");
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key), null, offline: true),
            },
        });
    }

    /// <summary>The first name in the certificate that a client is shown who asks for this one.</summary>
    private static async Task<string> NameShownAsync(RunningDaemon daemon, string serverName, SslProtocols protocols = SslProtocols.None)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(daemon.EndPoint);
        await using SslStream tls = new(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        return new X509Certificate2(tls.RemoteCertificate!).Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames().First();
    }

    /// <summary>A request body that the test speaks bit by bit.</summary>
    private sealed class Conversation : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _speaker = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Conversation() => Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/grpc");

        public Task<Stream> Speaker => _speaker.Task;

        public void Finish() => _finished.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _speaker.SetResult(stream);
            await _finished.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
