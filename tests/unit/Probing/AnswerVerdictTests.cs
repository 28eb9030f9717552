using System.Net;
using System.Text;
using ApiLb.Health;
using ApiLb.Probing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using C = ApiLb.Health.HealthCause;
using E = ApiLb.Health.HealthEvidence;

namespace ApiLb.UnitTests.Probing;

public sealed class AnswerVerdictTests
{
    // As kube-apiserver 1.31 wrote it between SIGTERM and the end.
    private const string ShuttingDown =
        "[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]informer-sync ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n";
    private const string EtcdDown = "[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n[+]informer-sync ok\nreadyz check failed\n";

    [Theory]
    [InlineData(200, "ok", E.Ready, C.Passed, "HTTP 200")]
    [InlineData(200, "", E.Ready, C.Passed, "HTTP 200")]
    [InlineData(500, ShuttingDown, E.ShuttingDown, C.ShuttingDown, "HTTP 500: shutting down")]
    [InlineData(500, EtcdDown, E.NotReady, C.EtcdUnready, "HTTP 500: etcd failed")]
    [InlineData(500, "[-]etcd failed: x\n[-]shutdown failed: x\n", E.NotReady, C.Status, "HTTP 500: etcd failed, shutdown failed")]
    [InlineData(500, "[-]etcd failed: x\n[-]etcd-readiness failed: x\n", E.NotReady, C.EtcdUnready, "HTTP 500: etcd failed, etcd-readiness failed")]
    [InlineData(500, "[-]etcd-readiness failed\r\n", E.NotReady, C.EtcdUnready, "HTTP 500: etcd-readiness failed")]
    [InlineData(500, "[-]etcd failed\n[-]poststarthook/x failed", E.NotReady, C.Status, "HTTP 500: etcd failed, poststarthook/x failed")]
    [InlineData(500, "[-]etcd-2 failed", E.NotReady, C.Status, "HTTP 500: etcd-2 failed")]
    [InlineData(500, "[-]shutdown failed\n[-]shutdown failed", E.NotReady, C.Status, "HTTP 500: shutdown failed, shutdown failed")]
    [InlineData(500, "[-]shutdown-watcher failed", E.NotReady, C.Status, "HTTP 500: shutdown-watcher failed")]
    [InlineData(500, " [-]shutdown failed", E.NotReady, C.Status, "HTTP 500")]
    [InlineData(500, "[-]shutdown", E.ShuttingDown, C.ShuttingDown, "HTTP 500: shutting down")]
    [InlineData(500, "[-]shutdown failed\r\n", E.ShuttingDown, C.ShuttingDown, "HTTP 500: shutting down")]
    [InlineData(500, "[-]", E.NotReady, C.Status, "HTTP 500:  failed")]
    [InlineData(500, "", E.NotReady, C.Status, "HTTP 500")]
    [InlineData(500, "<html>oops</html>", E.NotReady, C.Status, "HTTP 500")]
    [InlineData(500, "[-]a\n[-]b\n[-]c\n[-]d\n[-]e", E.NotReady, C.Status, "HTTP 500: a failed, b failed, c failed, d failed, and 1 more")]
    [InlineData(500, "[-]\u001b[31mevil\u0007 failed", E.NotReady, C.Status, "HTTP 500: ?[31mevil? failed")]
    [InlineData(401, "", E.Ready, C.Unauthorized, "alive, readiness unknown: HTTP 401, allow anonymous access to /readyz, or set health.tokenFile or health.clientCertificateFile")]
    [InlineData(403, "{}", E.Ready, C.Unauthorized, "alive, readiness unknown: HTTP 403, allow anonymous access to /readyz, or set health.tokenFile or health.clientCertificateFile")]
    [InlineData(429, "", E.Ready, C.Overloaded, "alive, overloaded: HTTP 429")]
    [InlineData(301, "", E.NotReady, C.Redirect, "HTTP 301: redirects are not followed")]
    [InlineData(404, "", E.NotReady, C.Status, "HTTP 404")]
    [InlineData(204, "", E.NotReady, C.Status, "HTTP 204")]
    [InlineData(503, ShuttingDown, E.NotReady, C.Status, "HTTP 503")]
    internal void ApiserverAnswer_BecomesEvidence(int status, string body, E evidence, C cause, string detail)
    {
        var verdict = AnswerVerdict.FromApiserver((HttpStatusCode)status, Encoding.UTF8.GetBytes(body), isWhole: true);

        Assert.Equal(new HealthReport(evidence, cause, detail), verdict.Report);
        Assert.Equal(status, verdict.StatusCode);
    }

    [Fact]
    public void ShutdownInABodyThatGoesOn_IsNotTheOnlyFailingCheckForSure()
    {
        var verdict = AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, Encoding.UTF8.GetBytes(ShuttingDown), isWhole: false);

        Assert.Equal(E.NotReady, verdict.Report.Evidence);
    }

    [Fact]
    public void EtcdInABodyThatGoesOn_IsNotTheOnlyCauseForSure()
    {
        var verdict = AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, Encoding.UTF8.GetBytes(EtcdDown), isWhole: false);

        Assert.Equal(C.Status, verdict.Report.Cause);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(302, true)]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public void WebServerAnswer_PassesWith2xxAnd3xx(int status, bool hasPassed) =>
        Assert.Equal(hasPassed, AnswerVerdict.FromWebServer((HttpStatusCode)status).Report.Evidence == E.Ready);

    [Fact]
    public void AnyBody_GivesABoundedDetailInOneLine() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Choose(1, 40).ToArbitrary(), (bytes, times) =>
        {
            var body = Enumerable.Repeat((byte[])[.. "\n[-]"u8, .. bytes], times).SelectMany(b => b).ToArray();
            var detail = AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, body, isWhole: true).Report.Detail;
            return detail.Length <= 400 && !detail.Any(char.IsControl);
        }).QuickCheckThrowOnFailure();
}
