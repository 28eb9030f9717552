using ApiLb.Validation.Requests;
using Xunit;

namespace ApiLb.UnitTests.Validation;

public sealed class RequestTallyTests
{
    private static readonly Dictionary<string, string> Names = new() { ["AAAAAAAAAA"] = "cp1" };

    private readonly FakeTime _time = new();
    private readonly RequestTally _tally;

    public RequestTallyTests() => _tally = new RequestTally(Names, _time);

    [Fact]
    public void NoConnection_IsAnEmptyResult() => Assert.Equal((0, 0, 0), (_tally.Result().Connections, _tally.Result().Failed, _tally.Result().SlowestMilliseconds));

    [Fact]
    public void Served_IsCountedForWhoeverHasTheCertificate()
    {
        Serve("AAAAAAAAAA", 5);
        Serve("AAAAAAAAAA", 30);
        Serve("BBBBBBBBBB", 7);

        var result = _tally.Result();

        Assert.Equal([KeyValuePair.Create("certificate BBBBBBBB", 1), KeyValuePair.Create("cp1", 2)], result.Backends);
        Assert.Equal((3, 0, 30), (result.Connections, result.Failed, result.SlowestMilliseconds));
    }

    [Fact]
    public void Failures_AreCountedByReasonWithTheirFirstAndLastTime()
    {
        Fail("connection reset");
        _time.Advance(TimeSpan.FromSeconds(2));
        Fail("no answer in time");
        Fail("no answer in time");
        _time.Advance(TimeSpan.FromSeconds(3));
        Fail("no answer in time");

        Assert.Equal([new("no answer in time", 3, 2, 5), new("connection reset", 1, 0, 0)], _tally.Result().Failures);
        Assert.Empty(_tally.Result().Backends);
    }

    private void Serve(string certificate, double milliseconds) => _tally.Add(new VisitResult(null, 200, "", TimeSpan.FromMilliseconds(milliseconds), certificate));

    private void Fail(string reason) => _tally.Add(new VisitResult(reason, 0, "", TimeSpan.FromMilliseconds(1), null));
}
