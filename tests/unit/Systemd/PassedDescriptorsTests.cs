using ApiLb.Systemd;
using Xunit;

namespace ApiLb.UnitTests.Systemd;

public sealed class PassedDescriptorsTests
{
    [Theory]
    [InlineData("1", "77", "3")]
    [InlineData("3", "77", "3 4 5")]
    [InlineData("0", "77", "")]
    [InlineData("-1", "77", "")]
    [InlineData("2000000000", "77", "")]
    [InlineData("two", "77", "")]
    [InlineData(null, "77", "")]
    [InlineData("1", "78", "")] // They are for the process that started this one.
    [InlineData("1", null, "")]
    public void Descriptors_AreThoseThatAreMeantForThisProcess(string? count, string? pid, string expected) =>
        Assert.Equal(expected, string.Join(' ', PassedDescriptors.Parse(count, pid, ownPid: 77)));
}
