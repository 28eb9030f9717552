using ApiLb.Validation;
using Xunit;

namespace ApiLb.UnitTests.Validation;

public sealed class ValidationFindingsTests
{
    private static readonly ApiserverResult[] TwoReady = [Apiserver("cp1"), Apiserver("cp2")];
    private static readonly EtcdResult Etcd = new(EtcdResult.Held, "cp1", []);

    [Fact]
    public void AllWell_IsNothing() => Assert.Empty(ValidationFindings.Of(TwoReady, Requests("cp1", "cp2"), Etcd, null, null));

    [Fact]
    public void OneApiserver_HasNobodyToFailOverTo() =>
        Assert.Equal(["apiservers warning: there is one apiserver, and nobody to fail over to"], Found([Apiserver("cp1")], Requests("cp1"), Etcd));

    [Fact]
    public void ReadyApiserverWithoutConnections_IsAWarning() => Assert.StartsWith("requests warning: cp2 is ready and got none", Single(TwoReady, Requests("cp1"), Etcd), StringComparison.Ordinal);

    [Fact]
    public void SharedCertificate_CountsForAll() => Assert.Empty(Found(TwoReady, Requests("cp1 or cp2"), Etcd));

    [Fact]
    public void LostQuorum_IsAnError() => Assert.StartsWith("etcd error: etcd has no quorum", Single(TwoReady, Requests("cp1", "cp2"), Etcd with { Quorum = EtcdResult.Lost }), StringComparison.Ordinal);

    [Fact]
    public void UnhealthyMember_IsAnErrorAndTwoMembersAWarning() => Assert.Equal(
        ["etcd error: member b is not healthy: down", "etcd warning: 2 members bear no more losses than 1"],
        Found(TwoReady, Requests("cp1", "cp2"), Etcd with { Members = [new("a", true, ""), new("b", false, "down")] }));

    [Fact]
    public void SlowClientMeanwhile_IsAWarning()
    {
        DuringResult during = new(60, Requests("cp1", "cp2") with { SlowestMilliseconds = 5031 }, [new(3, "cp1", false, "no answer in time")]);

        Assert.Equal("the slowest client waited 5.0 s", Assert.Single(ValidationFindings.Of(TwoReady, Requests("cp1", "cp2"), Etcd, null, during)).Text);
    }

    [Fact]
    public void FailedClientsMeanwhile_AreAnErrorWithTheCommonestReason()
    {
        var failed = Requests("cp1") with { Connections = 20, Failed = 3, Failures = [new("connection reset", 2, 1, 2), new("no answer in time", 1, 1, 1)] };
        DuringResult during = new(60, failed, [new(3, "cp1", false, "connection refused")]);

        var found = Assert.Single(ValidationFindings.Of(TwoReady, Requests("cp1", "cp2"), Etcd, null, during));

        Assert.Equal((ValidationFinding.Error, "3 of 20 new connections failed, most often: connection reset"), (found.Severity, found.Text));
    }

    [Fact]
    public void FailedWrite_IsAnError() => Assert.Equal(
        "quota exceeded", Assert.Single(ValidationFindings.Of(TwoReady, Requests("cp1", "cp2"), Etcd, new(null, null, null, null, "quota exceeded"), null)).Text);

    private static ApiserverResult Apiserver(string name) => new(name, "10.0.0.1:6443", ApiserverResult.Ready, "", 4, true);

    private static RequestsResult Requests(params string[] served) => new(served.Length, 0, 20, 10, served.ToDictionary(s => s, _ => 1), []);

    private static string Single(IReadOnlyList<ApiserverResult> apiservers, RequestsResult requests, EtcdResult etcd) => Assert.Single(Found(apiservers, requests, etcd));

    private static IEnumerable<string> Found(IReadOnlyList<ApiserverResult> apiservers, RequestsResult requests, EtcdResult etcd) =>
        ValidationFindings.Of(apiservers, requests, etcd, null, null).Select(f => $"{f.Step} {f.Severity}: {f.Text}");
}
