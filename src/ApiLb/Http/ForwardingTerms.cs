using System.Net;
using ApiLb.Backends;
using ApiLb.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace ApiLb.Http;

/// <summary>Between YARP's words and ours.</summary>
internal static class ForwardingTerms
{
    private static readonly ForwarderRequestConfig Http1 = Of(HttpVersion.Version11);
    private static readonly ForwarderRequestConfig Http2 = Of(HttpVersion.Version20);

    public static ForwarderRequestConfig Of(bool isHttp2) => isHttp2 ? Http2 : Http1;

    /// <summary>What went wrong, where the search for a backend does not know it already.</summary>
    public static RequestFailure FailureOf(ForwarderError error, ProxiedRequest request) => error switch
    {
        _ when request.BodyFailure is { } fault => fault,
        ForwarderError.RequestCreation => RequestFailure.BadRequest,
        _ when request.Context.RequestAborted.IsCancellationRequested => RequestFailure.ClientGone,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient => RequestFailure.ClientGone,
        ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient => RequestFailure.ClientGone,
        ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled or ForwarderError.ResponseBodyCanceled => RequestFailure.ClientGone,
        ForwarderError.RequestTimedOut => RequestFailure.Timeout,
        ForwarderError.UpgradeActivityTimeout => RequestFailure.Idle,
        ForwarderError.ResponseHeaders => RequestFailure.BadAnswer,
        _ => RequestFailure.Reset,
    };

    /// <summary>How a request's stay at its backend ended.</summary>
    public static CloseReason ReasonOf(RequestFailure failure) => failure switch
    {
        RequestFailure.None => CloseReason.ServerEof,
        RequestFailure.ClientGone or RequestFailure.BodyTooLarge or RequestFailure.BadRequest => CloseReason.ClientReset,
        RequestFailure.Timeout => CloseReason.FirstByteTimeout,
        RequestFailure.Idle => CloseReason.Idle,
        RequestFailure.LocalFault => CloseReason.LocalFault,
        _ => CloseReason.ServerReset,
    };

    /// <summary>Time is ours to keep: YARP's own limit would end a silent watch.</summary>
    private static ForwarderRequestConfig Of(Version version) => new()
    {
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = Timeout.InfiniteTimeSpan,
    };
}
