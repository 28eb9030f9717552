using System.Net;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>Translates a whole HTTP answer into evidence: as the apiserver means it, or as any web server means it.</summary>
internal static class AnswerVerdict
{
    private const string Remedy = "allow anonymous access to /readyz, or set health.tokenFile or health.clientCertificateFile";

    /// <summary>The check <c>kube-apiserver</c>.</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="body">Its body, or the start of it.</param>
    /// <param name="isWhole">False when the body was longer than what is read: then nothing can be the only failing check.</param>
    public static ProbeVerdict FromApiserver(HttpStatusCode status, ReadOnlySpan<byte> body, bool isWhole) => (int)status switch
    {
        200 => Make(status, HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"),
        401 or 403 => Make(
            status,
            HealthEvidence.Ready,
            HealthCause.Unauthorized,
            $"alive, readiness unknown: HTTP {(int)status}, {Remedy}"),
        429 => Make(status, HealthEvidence.Ready, HealthCause.Overloaded, "alive, overloaded: HTTP 429"),
        500 => FromReadyz(status, ReadyzBody.Parse(body), isWhole),
        >= 300 and < 400 => Make(status, HealthEvidence.NotReady, HealthCause.Redirect, $"HTTP {(int)status}: redirects are not followed"),
        _ => Make(status, HealthEvidence.NotReady, HealthCause.Status, $"HTTP {(int)status}"),
    };

    /// <summary>The checks <c>http</c> and <c>https</c>: 2xx and 3xx pass, as with HAProxy's httpchk.</summary>
    public static ProbeVerdict FromWebServer(HttpStatusCode status) => (int)status is >= 200 and < 400
        ? Make(status, HealthEvidence.Ready, HealthCause.Passed, $"HTTP {(int)status}")
        : Make(status, HealthEvidence.NotReady, HealthCause.Status, $"HTTP {(int)status}");

    /// <summary>An answer came over the kept connection while SYNs go unanswered: overloaded, perhaps, and not dead.</summary>
    public static ProbeVerdict WithoutNewConnections(HttpStatusCode status)
    {
        var detail = $"HTTP {(int)status} on the kept connection, but no answer to new ones";
        return ProbeVerdict.NotReady(HealthCause.ConnectTimeout, detail, (int)status) with
        {
            Stage = ProbeStage.TcpHandshake,
            IsFresh = true,
            IsAcknowledged = true,
        };
    }

    private static ProbeVerdict FromReadyz(HttpStatusCode status, ReadyzBody readyz, bool isWhole)
    {
        if (isWhole && readyz.IsOnlyShutdown)
        {
            return Make(status, HealthEvidence.ShuttingDown, HealthCause.ShuttingDown, "HTTP 500: shutting down");
        }

        var detail = readyz.FailingCount == 0 ? "HTTP 500" : $"HTTP 500: {readyz.Describe()}";
        var cause = isWhole && readyz.IsOnlyEtcd ? HealthCause.EtcdUnready : HealthCause.Status;
        return Make(status, HealthEvidence.NotReady, cause, detail);
    }

    private static ProbeVerdict Make(HttpStatusCode status, HealthEvidence evidence, HealthCause cause, string detail) =>
        new(new HealthReport(evidence, cause, detail), ProbeLayer.L7, (int)status);
}
