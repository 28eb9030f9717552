using ApiLb.Cli;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class BackendWaitTests
{
    [Theory]
    [InlineData(412, "cp1 [------------------------] x, 12s")]
    [InlineData(206, "cp1 [############------------] x, 12s")]
    [InlineData(1, "cp1 [#######################-] x, 12s")]
    [InlineData(0, "cp1 [########################] x, 12s")]
    [InlineData(500, "cp1 [------------------------] x, 12s")]
    public void Bar_GrowsAsConnectionsEnd(long left, string expected) => Assert.Equal(expected, BackendWait.Bar("cp1", left, 412, "x", TimeSpan.FromSeconds(12.9)));
}
