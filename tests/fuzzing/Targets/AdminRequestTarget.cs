using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ApiLb.Admin;
using ApiLb.Admin.Page;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Health;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// Admin requests behind Kestrel: the door, who comes, method and target. Answered with a status that is meant, in harmless words; only a POST
/// of somebody who may, over the socket, changes something, and an error has changed nothing.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as the run.")]
internal sealed class AdminRequestTarget : IFuzzTarget
{
    private const uint Root = 0;

    private static readonly int[] Codes = [200, 400, 403, 404, 405, 409, 503];

    // One for each thread: an input must not answer for what another has changed meanwhile.
    private readonly ThreadLocal<(OperatedPool Pool, AdminRoutes Routes)> _operated = new(Operate);

    public string Name => "admin-request";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "socket 0 GET /v1/status", "socket 0 GET /v1/pools", "socket 0 GET /v1/backends", "socket 7 GET /v1/connections?sort=bytes&limit=5&backend=control-plane/cp1&source=10.0.0.1", "socket 0 GET /v1/events?after=3&limit=10",
            "socket 0 GET /v1/explain?backend=cp1", "socket 0 POST /v1/drain?backend=cp1&for=1h&grace=5m&pace=10", "socket 0 POST /v1/maint?backend=cp2", "socket 0 POST /v1/ready?backend=cp1", "socket 7 POST /v1/drain?backend=cp1",
            "socket 0 POST /v1/weight?backend=cp1&weight=5&for=1h", "socket 0 POST /v1/kill?backend=cp1&pace=3", "socket 0 POST /v1/probe?backend=cp1", "socket 0 POST /v1/rebalance?pool=control-plane", "socket 0 POST /v1/reload?dryRun=true",
            "socket 0 POST /v1/upgrade", "network 0 GET /", "network 0 HEAD /lb/readyz", "network 0 GET /metrics", "network 0 POST /v1/drain?backend=cp1", "network 0 GET /v1/status",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        " ", "?", "&", "=", "%", "%00", "%0a", "%1b[2J", "%zz", "+", ";", "#", "/", "//", "..", "/v1/", "drain", "maint", "ready", "weight", "kill", "backend=", "backend=cp1&", "backend=control-plane%2Fcp2", "weight=", "pace=", "for=", "grace=", "limit=", "after=",
        "sort=", "source=", "GET", "POST", "PUT", "get", "socket", "network", "0", "7", "1h", "-1", "99999999999", "é", "\ud83d\ude00", "\0", "\u001b", "dryRun=", "pool=", "program=",
    ];

    public int LongestInput => 2048; // AdminLimits: the request line.

    public int Cost => 10;

    public void Try(byte[] input)
    {
        var (operated, routes) = _operated.Value;
        var words = Encoding.UTF8.GetString(input).Split(' ', 4);
        var surface = words[0] == "network" ? AdminSurface.Network : AdminSurface.Socket;
        var peer = uint.TryParse(words.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var uid) ? new PeerCredentials(uid, 100, []) : null;
        var request = RequestOf(words.ElementAtOrDefault(2) ?? "", words.ElementAtOrDefault(3) ?? "");
        var before = operated.State;

        var answer = routes.AnswerAsync(request, surface, surface == AdminSurface.Socket ? peer : null, CancellationToken.None).AsTask().GetAwaiter().GetResult();

        using var follow = answer.Follow;
        var body = Encoding.UTF8.GetString(answer.Body);
        FuzzFailedException.Unless(Codes.Contains(answer.Code), $"answered {answer.Code} {body}", input);
        FuzzFailedException.Unless(answer.Code == 200 || (body.Length is > 0 and < 4096 && body[^1] == '\n' && !body.AsSpan(0, body.Length - 1).ContainsAnyInRange('\0', '\x1F')), $"explained with \"{body}\"", input);
        var mayChange = surface == AdminSurface.Socket && peer?.Uid == Root && HttpMethods.IsPost(request.Method) && answer.Code == 200;
        FuzzFailedException.Unless(mayChange || operated.State == before, $"answered {answer.Code}, and changed {before} to {operated.State}", input);
        FuzzFailedException.Unless(operated.Signatures.All(by => by == "uid 0"), $"an order is signed {string.Join(", ", operated.Signatures)}", input);
        FuzzFailedException.Unless(surface == AdminSurface.Socket || answer.Code != 200 || !request.Path.StartsWithSegments("/v1", StringComparison.Ordinal), "shown over TCP", input);
    }

    private static HttpRequest RequestOf(string method, string target)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        request.Path = "/" + Uri.UnescapeDataString(query < 0 ? target : target[..query]).TrimStart('/');
        request.QueryString = query < 0 ? QueryString.Empty : new QueryString(target[query..]);
        return request;
    }

    private static (OperatedPool Pool, AdminRoutes Routes) Operate()
    {
        var time = TimeProvider.System;
        var operated = new OperatedPool();
        operated.Pool.ProbeWanted += backend => operated.Pool.RecordProbe(
            backend, new ProbeResult(new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"), ProbeLayer.L7, 200, TimeSpan.Zero, operated.Pool.Now));
        var sources = new AdminSources
        {
            Pools = [operated.Pool],
            Listeners = [],
            Metrics = new DaemonMetrics([operated.Pool], [], time),
            Events = new EventLog([operated.Pool], time),
            Rebalances = [new RebalanceService(operated.Pool, time, NullLogger<RebalanceService>.Instance)],
            Operators = operated.Desk,
            Kill = operated.Kill,
            CanAccept = () => true,
        };
        var readiness = new ReadinessService(sources.Pools, time);
        var status = new StatusReader(sources, readiness, new TrafficRateService(sources.Pools, () => [], time), time);
        var renderer = new PageRenderer(status, new BackendExplainer(sources, status), new TrafficHistory(sources.Pools, () => [], time), time);
        var page = new PageFeed(renderer.Render, time, NullLogger.Instance, CancellationToken.None);
        return (operated, new AdminRoutes(sources, status, page, new OperatorPermission(own: 5, group: 6), time));
    }
}
