using System.Net;
using System.Net.Http.Headers;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>How one request ended, and what came back.</summary>
/// <param name="Outcome">Only <see cref="HttpOutcome.Answered"/> has a status and a body.</param>
internal sealed record HttpAnswer(HttpOutcome Outcome)
{
    public static HttpAnswer Gone { get; } = new(HttpOutcome.Gone);

    public static HttpAnswer Unacknowledged { get; } = new(HttpOutcome.Unacknowledged);

    public HttpStatusCode Status { get; init; }

    /// <summary>The body, or the start of it.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>False when the body was longer than what is read.</summary>
    public bool IsWhole { get; init; }

    public string? MediaType { get; init; }

    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>What came after the body.</summary>
    public HttpResponseHeaders? Trailers { get; init; }

    /// <summary>The server's clock, to the second; null when it did not tell.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Why there is no answer.</summary>
    public ProbeVerdict Failure { get; init; }

    /// <summary>The connection may serve another request.</summary>
    public bool IsReusable { get; init; }

    /// <summary>The host acknowledged the request and the process did not answer it.</summary>
    public bool IsSilence => Outcome == HttpOutcome.Failed && Failure.Report.Evidence == HealthEvidence.ProcessSilent;

    public static HttpAnswer Failed(ProbeVerdict failure) => new(HttpOutcome.Failed) { Failure = failure };
}
