using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class ProberFactoryTests
{
    [Theory]
    [InlineData("10.0.0.11", 6443)]
    [InlineData("::1", 6443)]
    [InlineData("fe80::1%eth0", 6443)]
    [InlineData("fe80::1%2", 6443)]
    [InlineData("cp3.example.com", 6443)]
    [InlineData("cp_3", 443)]
    [InlineData("/run/apiserver.sock", 0)]
    public async Task AnyAddress_HasAProberOfEachType(string host, int port)
    {
        BackendOptions options = new() { Name = "cp", Address = new BackendAddress(host, port) };
        Backend backend = new("control-plane", options, new HealthPolicy(2, 2, TimeSpan.Zero, TimeSpan.Zero));

        foreach (var type in Enum.GetValues<HealthCheckType>())
        {
            using ProberFactory factory = new(
                new HealthOptions { Type = type }, "lb.example.com", ProxyProtocolVersion.None, TimeProvider.System, NullLogger.Instance);
            await using var prober = factory.Create(backend);
            Assert.NotNull(prober);
        }
    }
}
