using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class ConfigurationReportTests
{
    [Fact]
    public void Error_IsOneLineWithItsPlaceAndKey() =>
        Assert.Equal(
            "apilb.yaml:12:5: pools.control-plane.health.caFile: cannot read it",
            new ConfigurationFinding("apilb.yaml", 12, 5, "pools.control-plane.health.caFile", "cannot read it").ToString());

    [Fact]
    public void ErrorsAndWarnings_ComeInTheOrderOfTheFile()
    {
        var result = new ConfigurationResult("a", null, [new("a", 1, 9, "x", "wrong"), new("a", 3, 1, "", "wrong")], [new("a", 2, 1, "y", "odd")]);

        Assert.Equal(["a:1:9: x: wrong", "a:2:1: warning: y: odd", "a:3:1: wrong"], ConfigurationReport.Lines(result));
        Assert.Equal("a: 2 errors, 1 warning", ConfigurationReport.Summary(result));
    }
}
