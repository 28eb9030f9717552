using ApiLb.Admission;
using ApiLb.Configuration;
using ApiLb.UnitTests.Systemd;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(512, 1)]
    [InlineData(1024, 240)]
    [InlineData(20_000, 9_188)]
    [InlineData(1_048_576, 481_691)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Connections_LeaveAReserve(long descriptors, int connections) =>
        Assert.InRange(DescriptorBudget.ConnectionsWithin(descriptors), connections - 10, connections);

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    [InlineData(10_000_000)]
    public void DescriptorsThatAreAdvised_CarryTheConnections(int connections)
    {
        var advised = DescriptorBudget.DescriptorsFor(connections);

        Assert.True(DescriptorBudget.ConnectionsWithin(advised) >= connections, $"{advised}");
        Assert.True(DescriptorBudget.ConnectionsWithin(advised - 3000) < connections || advised <= 3000, $"{advised} is far too many");
    }

    [Theory]
    [InlineData(null, 9_188, 0)]
    [InlineData(100, 100, 0)]
    [InlineData(9_188, 9_188, 0)]
    [InlineData(9_189, 9_188, 1)]
    public void Wish_IsCappedWithAWarning(int? wanted, int limit, int warnings)
    {
        CountingLogger<ConnectionLimit> log = new();

        Assert.Equal(limit, DaemonLimit.Of(new LimitOptions { MaxConnections = wanted }, 20_000, log));
        Assert.Equal(warnings, log.Lines);
    }
}
