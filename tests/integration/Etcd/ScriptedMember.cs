using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Etcdserverpb;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>An etcd member that answers what the test says, by path; real TLS, and a certificate asked of clients when wanted.</summary>
internal sealed class ScriptedMember : IAsyncDisposable
{
    public const string StatusCall = "/etcdserverpb.Maintenance/Status";
    public const string MembersCall = "/etcdserverpb.Cluster/MemberList";
    public const string AlarmCall = "/etcdserverpb.Maintenance/Alarm";

    private readonly WebApplication _application;

    private ScriptedMember(WebApplication application) => _application = application;

    /// <summary>Answers by path; what is not here is 404.</summary>
    public Dictionary<string, RequestDelegate> Answers { get; } = new(StringComparer.Ordinal)
    {
        [StatusCall] = Message(NewStatus()),
        [MembersCall] = Message(new MemberListResponse { Members = { new Member { ID = 224, Name = "m1" } } }),
        ["/readyz"] = Text("ok\n"),
    };

    public List<string> Requests { get; } = [];

    /// <summary>Over how many connections they came.</summary>
    public HashSet<string> Connections { get; } = new(StringComparer.Ordinal);

    public int Port => new Uri(_application.Urls.Single()).Port;

    public static async Task<ScriptedMember> StartAsync(X509Certificate2? certificate, bool asksForCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endPoint =>
        {
            if (certificate is not null)
            {
                endPoint.UseHttps(certificate, tls =>
                {
                    tls.ClientCertificateMode = asksForCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                    tls.AllowAnyClientCertificate();
                });
            }
        }));
        ScriptedMember member = new(builder.Build());
        member._application.Run(member.AnswerAsync);
        await member._application.StartAsync();
        return member;
    }

    public static RequestDelegate Text(string body, int status = 200) => async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    };

    public static StatusResponse NewStatus() => new()
    {
        Header = new ResponseHeader { MemberId = 224, RaftTerm = 2 },
        Version = "3.5.21",
        DbSize = 20480,
        Leader = 224,
        RaftIndex = 8,
        RaftTerm = 2,
        RaftAppliedIndex = 8,
    };

    /// <summary>A whole answer of gRPC.</summary>
    public static RequestDelegate Message(IMessage message) => Frame(message.ToByteArray(), status: "0");

    /// <summary>One message of gRPC, and what it is said to have ended with; null: nothing.</summary>
    public static RequestDelegate Frame(byte[] message, string? status, byte compressed = 0) => async context =>
    {
        context.Response.ContentType = "application/grpc";
        var frame = new byte[5 + message.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        await context.Response.Body.WriteAsync(frame);
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    };

    /// <summary>No message, only how the call ended.</summary>
    public static RequestDelegate Refusal(string status) => context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = status;
        return Task.CompletedTask;
    };

    /// <summary>Reads the request and never answers.</summary>
    public static async Task SilenceAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public static async Task TenMebibytesAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        for (var part = 0; part < 160 && !context.RequestAborted.IsCancellationRequested; part++)
        {
            await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString.ToString();
        lock (Requests)
        {
            Requests.Add($"{context.Request.Method} {path}");
            Connections.Add(context.Connection.Id);
        }

        return Answers.GetValueOrDefault(path, Text("404 page not found\n", 404))(context);
    }
}
