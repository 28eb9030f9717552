using ApiLb.Cli;
using ApiLb.Validation;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class ValidationReportTextTests
{
    [Fact]
    public void Report_HasALineForEachStepAndItsFindingsBelow()
    {
        ValidationReport report = new()
        {
            Balancer = "10.0.0.5:6443",
            Apiservers = [new("cp1", "10.0.0.11:6443", "ready", "", 4.2, true), new("cp2", "10.0.0.12:6443", "not_ready", "status 500: etcd", 5, false)],
            Requests = new(40, 0, 21.5, 12.4, new Dictionary<string, int> { ["cp1"] = 40 }, []),
            Etcd = new("held", "cp1", [new("cp1", true, ""), new("cp2", false, "down")]),
            Write = new("apilb-validate-x", 11.6, 13.1, 9, null),
            During = new(60, new(1200, 0, 267.2, 12, new Dictionary<string, int> { ["cp1"] = 1200 }, []), [new(12.3, "cp2", false, "no answer in time")]),
            Findings = [new("apiservers", "error", "cp2 is not ready"), new("etcd", "warning", "2 members")],
        };

        Assert.Equal(
            """
            apiservers  BAD      1 of 2 ready: cp1 ready in 4 ms, cp2 not ready in 5 ms
                        error: cp2 is not ready
            requests    ok       40 new connections, 0 failed, slowest 22 ms, p99 12 ms: cp1 40
            etcd        warning  quorum held, leader cp1, 1 of 2 members healthy
                        warning: 2 members
            write       ok       created in 12 ms, seen by a watch after 13 ms, its end after 9 ms
            during      ok       60 s: 1200 new connections, 0 failed, slowest 267 ms, p99 12 ms: cp1 1200
                        at 12.3 s cp2 stopped answering: no answer in time
            Not well: 10.0.0.5:6443
            """,
            ValidationReportText.Format(report));
    }
}
