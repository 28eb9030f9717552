using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>The line for each request that a listener's <c>logRequests</c> asks for: one, when it ends. Never waits for the log. Thread-safe.</summary>
internal sealed partial class RequestLog(ListenerOptions listener, ILogger logger)
{
    private const string Nothing = "-";
    private const int LongestText = 1024;

    private long _ended;

    /// <param name="proxied">Which.</param>
    /// <param name="status">As the client got it; 0: it got none.</param>
    public void Ended(ProxiedRequest proxied, int status)
    {
        if (!Wants(proxied.Failure, status))
        {
            return;
        }

        var request = proxied.Context.Request;
        Log.Request(
            logger, listener.Name, proxied.Visitor.Address, Clean(request.Method), Clean(proxied.Host), Clean(request.Path.Value + QueryMark(request)), proxied.Protocol, status,
            proxied.Route?.Counters.Route ?? Nothing, proxied.Backend?.ToString() ?? Nothing, proxied.BytesFromClient, proxied.BytesToClient,
            Math.Round(proxied.Elapsed.TotalMilliseconds, 1), proxied.Attempts, proxied.Failure == RequestFailure.None ? Nothing : EnumLabel.Snake(proxied.Failure),
            Clean(request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : Nothing));
    }

    /// <summary>Queries hold tokens and names: that there was one is enough.</summary>
    private static string QueryMark(HttpRequest request) => request.QueryString.HasValue ? "?" : "";

    /// <summary>Those that ended badly are never left out by sampling: they are what somebody looks for.</summary>
    private bool Wants(RequestFailure failure, int status) => listener.LogRequests switch
    {
        RequestLogging.None => false,
        _ when status >= StatusCodes.Status500InternalServerError || (failure != RequestFailure.None && failure != RequestFailure.ClientGone && status < StatusCodes.Status400BadRequest) => true,
        RequestLogging.Failed => false,
        _ => Interlocked.Increment(ref _ended) % listener.LogSample == 0,
    };

    private static string Clean(string text) => Quoted.Harmless(text.Length > LongestText ? text[..LongestText] : text);

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information,
            "Listener {Listener}: {Client} {Method} {Host} {Path} {Protocol} {Status}, route {Route}, served by {Backend}, {FromClient} B in, {ToClient} B out, {DurationMs} ms, attempts: {Attempts}, failure: {Failure}, agent: {Agent}")]
        public static partial void Request(
            ILogger logger, string listener, ClientAddress client, string method, string host, string path, string protocol, int status, string route, string backend, long fromClient,
            long toClient, double durationMs, int attempts, string failure, string agent);
    }
}
