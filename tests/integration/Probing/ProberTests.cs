using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

public sealed class ProberTests : IDisposable
{
    private readonly ClusterCa _ca = new();

    private HealthOptions KubeApiserver => new()
    {
        Type = HealthCheckType.KubeApiserver,
        CaFile = _ca.File,
        Timeout = TimeSpan.FromSeconds(10),
    };

    private HealthOptions Impatient => KubeApiserver with { Timeout = TimeSpan.FromMilliseconds(400) };

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(200, "ok", nameof(HealthEvidence.Ready), nameof(HealthCause.Passed))]
    [InlineData(500, Answers.ShuttingDownBody, nameof(HealthEvidence.ShuttingDown), nameof(HealthCause.ShuttingDown))]
    [InlineData(500, Answers.EtcdDownBody, nameof(HealthEvidence.NotReady), nameof(HealthCause.EtcdUnready))]
    [InlineData(401, "{}", nameof(HealthEvidence.Ready), nameof(HealthCause.Unauthorized))]
    [InlineData(403, "{}", nameof(HealthEvidence.Ready), nameof(HealthCause.Unauthorized))]
    [InlineData(429, "", nameof(HealthEvidence.Ready), nameof(HealthCause.Overloaded))]
    [InlineData(503, "", nameof(HealthEvidence.NotReady), nameof(HealthCause.Status))]
    public async Task Answer_BecomesEvidence(int status, string body, string evidence, string cause)
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Status(status, body) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        var verdict = await backend.CheckAsync();

        Assert.Equal((evidence, cause), (verdict.Report.Evidence.ToString(), verdict.Report.Cause.ToString()));
        Assert.Equal((ProbeLayer.L7, status), (verdict.Layer, verdict.StatusCode));
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1"));
        server.Answer = Answers.Status(302, "", $"Location: https://127.0.0.1:{server.Port}/elsewhere\r\n");
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.Redirect, ProbeLayer.L7);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Request_IsWhatTheApiserverExpects()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver with { Path = "/readyz?exclude=etcd" });

        await backend.CheckAsync();

        Assert.Equal(
            $"GET /readyz?exclude=etcd HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: apilb-probe\r\nAccept: */*\r\n\r\n",
            server.LastRequest);
    }

    [Fact]
    public async Task WrongCa_IsUntrusted()
    {
        using ClusterCa other = new();
        await using FakeApiserver server = new(other.Issue("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.UntrustedCertificate, ProbeLayer.L6);
    }

    [Fact]
    public async Task NoCaFile_MeansTheSystemsTrust()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver with { CaFile = null });

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.UntrustedCertificate, ProbeLayer.L6);
    }

    [Fact]
    public async Task WrongName_HasItsOwnCause()
    {
        await using FakeApiserver server = new(_ca.Issue("10.0.0.11", "kubernetes.default"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.WrongCertificateName, ProbeLayer.L6);
    }

    [Fact]
    public async Task ServerName_IsTheNameThatCounts()
    {
        await using FakeApiserver server = new(_ca.Issue("10.0.0.11", "kubernetes.default"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver with { ServerName = "kubernetes.default" });

        await AssertAsync(backend, HealthEvidence.Ready, HealthCause.Passed, ProbeLayer.L7);
        Assert.Contains($"Host: kubernetes.default:{server.Port}\r\n", server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredCertificate_HasItsOwnCause()
    {
        await using FakeApiserver server = new(_ca.IssueExpired("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.ExpiredCertificate, ProbeLayer.L6);
    }

    [Fact]
    public async Task CertificateOfTomorrow_HasTheCauseOfAnExpiredOne()
    {
        await using FakeApiserver server = new(_ca.IssueForTomorrow("127.0.0.1"));
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.ExpiredCertificate, ProbeLayer.L6);
    }

    [Theory]
    [InlineData("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTPS request to an HTTP server.\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task PlainTextInsteadOfTls_IsNotTls(string answer)
    {
        await using FakeApiserver server = new(null)
        {
            Raw = async (socket, stop) =>
            {
                await socket.ReceiveAsync(new byte[4096], stop);
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(new byte[4096], stop);
            },
        };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.NotTls, ProbeLayer.L6);
    }

    [Fact]
    public async Task ClosedInsteadOfAHandshake_IsClosed()
    {
        await using FakeApiserver server = new(null) { Raw = async (socket, stop) => await socket.ReceiveAsync(new byte[4096], stop) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.Closed, ProbeLayer.L6);
    }

    [Fact]
    public async Task SilentAfterAccept_IsASilentProcess()
    {
        await using FakeApiserver server = new(null) { Raw = (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, Impatient);

        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, ProbeLayer.L6);
    }

    [Fact]
    public async Task SilentAfterTheRequest_IsASilentProcess()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Silence };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, Impatient);

        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, ProbeLayer.L7);
    }

    [Fact]
    public async Task FullBacklog_IsASilentHost()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;
        using var filling = await Backlog.FillAsync(endPoint);
        await using ProbedBackend backend = new("127.0.0.1", endPoint.Port, Impatient);

        await AssertAsync(backend, HealthEvidence.HostSilent, HealthCause.ConnectTimeout, ProbeLayer.L4);
    }

    [Theory]
    [InlineData(HealthCheckType.KubeApiserver)]
    [InlineData(HealthCheckType.Http)]
    [InlineData(HealthCheckType.Tls)]
    [InlineData(HealthCheckType.Tcp)]
    internal async Task RefusedPort_IsRefused(HealthCheckType type)
    {
        FakeApiserver gone = new(null);
        var port = gone.Port;
        await gone.DisposeAsync();
        await using ProbedBackend backend = new("127.0.0.1", port, KubeApiserver with { Type = type });

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.Refused, ProbeLayer.L4);
    }

    [Fact]
    public async Task SlowBody_EndsAtTheDeadline()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.SlowBody };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, Impatient);

        await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.ResponseTimeout, ProbeLayer.L7);
    }

    [Fact]
    public async Task SlowHeaders_EndAtTheDeadline()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.SlowHeaders };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, Impatient);

        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, ProbeLayer.L7);
    }

    [Fact]
    public async Task EndlessHeaders_AreCutShort()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.EndlessHeaders };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.ResponseTooLarge, ProbeLayer.L7);
    }

    [Theory]
    [InlineData(200, nameof(HealthEvidence.Ready))]
    [InlineData(500, nameof(HealthEvidence.NotReady))]
    public async Task HugeBody_IsReadOnlyAtItsStart(int status, string evidence)
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Status(status, new string('x', 10 << 20)) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        Assert.Equal(evidence, (await backend.CheckAsync()).Report.Evidence.ToString());
        Assert.Equal(evidence, (await backend.CheckAsync()).Report.Evidence.ToString());
        Assert.Equal(2, server.Accepts);
    }

    [Fact]
    public async Task SomethingElseThanHttp_IsMalformed()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Text("220 mail.example.com ESMTP\r\n\r\n") };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.MalformedResponse, ProbeLayer.L7);
    }

    [Fact]
    public async Task ServerThatAgreesOnHttp2Only_FailsTheHandshake()
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Protocol = SslApplicationProtocol.Http2 };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.TlsHandshake, ProbeLayer.L6);
    }

    [Theory]
    [InlineData("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0d", nameof(HealthCause.Closed))]
    [InlineData("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\n\0\x04", nameof(HealthCause.MalformedResponse))]
    public async Task ServerThatSpeaksHttp2WithoutAsking_IsUnreachable(string settings, string cause)
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Text(settings) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        var verdict = await backend.CheckAsync();

        Assert.Equal((HealthEvidence.Unreachable, cause), (verdict.Report.Evidence, verdict.Report.Cause.ToString()));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task ClosedInTheMiddleOfTheAnswer_IsClosed(string start)
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Text(start) };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver);

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.Closed, ProbeLayer.L7);
    }

    [Theory]
    [InlineData(HealthCheckType.Tcp, ProbeLayer.L4)]
    [InlineData(HealthCheckType.Http, ProbeLayer.L7)]
    internal async Task PlainServer_PassesItsCheck(HealthCheckType type, ProbeLayer layer)
    {
        await using FakeApiserver server = new(null) { Answer = Answers.Status(301, "", "Location: /ui\r\n") };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver with { Type = type, Path = "/" });

        await AssertAsync(backend, HealthEvidence.Ready, HealthCause.Passed, layer);
    }

    [Theory]
    [InlineData(HealthCheckType.Tls, ProbeLayer.L6)]
    [InlineData(HealthCheckType.Https, ProbeLayer.L7)]
    internal async Task TlsServer_PassesItsCheck(HealthCheckType type, ProbeLayer layer)
    {
        await using FakeApiserver server = new(_ca.Issue("127.0.0.1")) { Answer = Answers.Status(204, "") };
        await using ProbedBackend backend = new("127.0.0.1", server.Port, KubeApiserver with { Type = type });

        await AssertAsync(backend, HealthEvidence.Ready, HealthCause.Passed, layer);
    }

    [Fact]
    public async Task MissingUnixSocket_IsRefused()
    {
        await using ProbedBackend backend = new("/nonexistent/apilb.sock", 0, KubeApiserver with { Type = HealthCheckType.Http });

        await AssertAsync(backend, HealthEvidence.Unreachable, HealthCause.Refused, ProbeLayer.L4);
    }

    private static async Task AssertAsync(ProbedBackend backend, HealthEvidence evidence, HealthCause cause, ProbeLayer layer)
    {
        var verdict = await backend.CheckAsync();
        Assert.True(
            (evidence, cause, layer) == (verdict.Report.Evidence, verdict.Report.Cause, verdict.Layer),
            $"expected {evidence}, {cause} at {layer}; got {verdict}");
    }
}
