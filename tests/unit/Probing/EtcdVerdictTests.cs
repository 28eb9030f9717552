using System.Net;
using System.Text;
using ApiLb.Health;
using ApiLb.Probing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class EtcdVerdictTests
{
    [Theory]
    [InlineData(200, "ok", nameof(HealthEvidence.Ready), "HTTP 200")]
    [InlineData(200, """{"health":"true"}""", nameof(HealthEvidence.Ready), "HTTP 200")]
    [InlineData(503, """{"health":"false","reason":"RAFT NO LEADER"}""", nameof(HealthEvidence.NotReady), "HTTP 503: RAFT NO LEADER")]
    [InlineData(503, """{"health":"false"}""", nameof(HealthEvidence.NotReady), "HTTP 503")]
    [InlineData(503, """{"reason":"\ud800"}""", nameof(HealthEvidence.NotReady), "HTTP 503")]
    [InlineData(503, "{", nameof(HealthEvidence.NotReady), "HTTP 503")]
    [InlineData(503, "[+]data_corruption ok\n[-]linearizable_read failed: etcdserver: request timed out\n", nameof(HealthEvidence.NotReady), "HTTP 503: linearizable_read failed")]
    [InlineData(404, "404 page not found\n", nameof(HealthEvidence.NotReady), "HTTP 404")]
    [InlineData(302, "", nameof(HealthEvidence.NotReady), "HTTP 302")]
    public void Readiness_BecomesEvidence(int status, string body, string evidence, string detail)
    {
        var verdict = EtcdVerdict.FromReadiness((HttpStatusCode)status, Encoding.UTF8.GetBytes(body));

        Assert.Equal((evidence, detail), (verdict.Report.Evidence.ToString(), verdict.Report.Detail));
    }

    [Theory]
    [InlineData(200, """{"header":{},"leader":"7"}""", null)]
    [InlineData(200, """{"header":{},"leader":7}""", null)]
    [InlineData(200, """{"header":{},"leader":"7","isLearner":true}""", "it is a learner")]
    [InlineData(200, """{"header":{}}""", "it sees no leader")]
    [InlineData(200, """{"header":{},"leader":"0"}""", "it sees no leader")]
    [InlineData(200, """{"header":{},"leader":0}""", "it sees no leader")]
    [InlineData(200, "{}", null)]
    [InlineData(200, "[]", null)]
    [InlineData(200, "garbage", null)]
    [InlineData(404, "404 page not found", null)]
    [InlineData(403, """{"error":"permission denied"}""", null)]
    public void Status_ObjectsToLearnersAndTheLeaderless(int status, string body, string? detail) =>
        Assert.Equal(detail, EtcdVerdict.FromStatus((HttpStatusCode)status, Encoding.UTF8.GetBytes(body))?.Report.Detail);

    [Fact]
    public void AnyBytes_MakeAVerdict() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            byte[] json = [.. "{\""u8, .. bytes];
            _ = EtcdVerdict.FromReadiness(HttpStatusCode.ServiceUnavailable, json);
            _ = EtcdVerdict.FromStatus(HttpStatusCode.OK, json);
        }).QuickCheckThrowOnFailure();
}
