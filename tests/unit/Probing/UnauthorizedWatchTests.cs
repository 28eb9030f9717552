using ApiLb.Health;
using ApiLb.Probing;
using Xunit;
using S = ApiLb.Health.HealthStatus;

namespace ApiLb.UnitTests.Probing;

public sealed class UnauthorizedWatchTests
{
    private static readonly HealthReport Unauthorized = new(HealthEvidence.Ready, HealthCause.Unauthorized, "alive");
    private static readonly HealthReport Passed = new(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200");

    private readonly UnauthorizedWatch _watch = new();

    [Theory]
    [InlineData(S.Unknown, HealthEvidence.Ready)]
    [InlineData(S.Ready, HealthEvidence.Ready)]
    [InlineData(S.Warming, HealthEvidence.Ready)]
    [InlineData(S.Suspect, HealthEvidence.Ready)]
    [InlineData(S.Draining, HealthEvidence.NotReady)]
    [InlineData(S.NotReady, HealthEvidence.NotReady)]
    [InlineData(S.Dead, HealthEvidence.NotReady)]
    internal void FirstForbidden_KeepsWhoIsInRotationAndRaisesNobody(S status, HealthEvidence evidence) =>
        Assert.Equal(evidence, _watch.Judge(Unauthorized, 403, status).Evidence);

    [Fact]
    public void ForbiddenThatPersists_CountsAsAliveAndIsNewsOnce()
    {
        var seen = Enumerable.Range(0, 6).Select(_ => (_watch.Judge(Unauthorized, 403, S.Dead).Evidence, _watch.IsNews)).ToArray();

        Assert.Equal([(HealthEvidence.NotReady, false), (HealthEvidence.NotReady, false), (HealthEvidence.Ready, true)], seen[..3]);
        Assert.All(seen[3..], s => Assert.Equal((HealthEvidence.Ready, false), s));
    }

    [Fact]
    public void ForbiddenAfterPassing_IsARestartForLonger()
    {
        _watch.Judge(Passed, 200, S.Ready);

        for (var check = 1; check < UnauthorizedWatch.PersistentAfterPassing; check++)
        {
            Assert.Equal(HealthEvidence.NotReady, _watch.Judge(Unauthorized, 403, S.Suspect).Evidence);
            Assert.False(_watch.IsNews);
        }

        Assert.Equal(HealthEvidence.Ready, _watch.Judge(Unauthorized, 403, S.Suspect).Evidence);
        Assert.True(_watch.IsNews);
    }

    [Fact]
    public void Unauthenticated_IsAliveAtOnceAndNewsWhenItPersists()
    {
        _watch.Judge(Passed, 200, S.Ready);

        bool[] news = [.. Enumerable.Range(0, 5).Select(_ => _watch.Judge(Unauthorized, 401, S.Dead).Evidence == HealthEvidence.Ready && _watch.IsNews)];

        Assert.Equal([false, false, true, false, false], news);
    }

    [Fact]
    public void AnythingElse_EndsTheStreak()
    {
        HealthReport refused = new(HealthEvidence.Unreachable, HealthCause.Refused, "connection refused");
        for (var restart = 0; restart < 5; restart++)
        {
            _watch.Judge(Unauthorized, 403, S.Dead);
            _watch.Judge(Unauthorized, 403, S.Dead);
            Assert.Equal(refused, _watch.Judge(refused, null, S.Dead));
            Assert.False(_watch.IsNews);
        }
    }

    [Fact]
    public void PersistenceForever_IsNewsOnlyOnce()
    {
        var news = Enumerable.Range(0, 1000).Count(_ =>
        {
            _watch.Judge(Unauthorized, 403, S.Ready);
            return _watch.IsNews;
        });

        Assert.Equal(1, news);
    }
}
