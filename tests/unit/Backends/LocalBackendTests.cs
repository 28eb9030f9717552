using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

/// <summary>Which backend stands on a client's own host.</summary>
public sealed class LocalBackendTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("fe80::1%3", "fe80::1%3")]
    public void SameHost_IsLocalWhateverThePort(string backend, string client) =>
        Assert.NotNull(Pool(backend).Snapshot.ReadyAt(Client(client)));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("10.0.0.1", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    [InlineData("2001:db8::1", "2001:db9::1")]
    [InlineData("fe80::1%3", "fe80::1%4")]
    [InlineData("unix", "10.0.0.1")]
    public void OtherHost_IsNotLocal(string backend, string client) =>
        Assert.Null(Pool(backend).Snapshot.ReadyAt(Client(client)));

    [Fact]
    public void ClientOfAUnixSocket_IsAtNoBackend()
    {
        var pool = Pool("10.0.0.1", "unix");

        Assert.Null(pool.Snapshot.ReadyAt(default));
    }

    [Fact]
    public void OneOfMany_IsFound() => Assert.Equal("cp2", Pool("10.0.0.1", "10.0.0.2", "10.0.0.3").Snapshot.ReadyAt(Client("10.0.0.2"))?.Name);

    [Theory]
    [InlineData(nameof(HealthEvidence.NotReady))]
    [InlineData(nameof(HealthEvidence.ShuttingDown))]
    [InlineData(nameof(HealthEvidence.ConnectionFailed))]
    [InlineData(nameof(HealthEvidence.Unreachable))]
    public void NotReady_IsNotLocalEither(string evidence)
    {
        var pool = Pool("10.0.0.1", "10.0.0.2");
        Report(pool, 0, Enum.Parse<HealthEvidence>(evidence));

        Assert.Null(pool.Snapshot.ReadyAt(Client("10.0.0.1")));
        Assert.NotNull(pool.Snapshot.ReadyAt(Client("10.0.0.2")));
    }

    [Fact]
    public void NobodyReady_FailingOpenPrefersNobody()
    {
        var pool = Pool("10.0.0.1", "10.0.0.2");
        Report(pool, 0, HealthEvidence.NotReady);
        Report(pool, 1, HealthEvidence.NotReady);

        Assert.True(pool.Snapshot.IsFailingOpen);
        Assert.Null(pool.Snapshot.ReadyAt(Client("10.0.0.1")));
    }

    [Fact]
    public void TakenOutByTheOperator_IsNotLocal()
    {
        var pool = Pool("10.0.0.1", "10.0.0.2");
        pool.SetMode(pool.Snapshot.Backends[0], OperatorMode.Drain);

        Assert.Null(pool.Snapshot.ReadyAt(Client("10.0.0.1")));
    }

    private static ClientAddress Client(string address) =>
        ClientAddress.FromNative(Transport.SocketAddress.Encode(new IPEndPoint(IPAddress.Parse(address), 40000)));

    private static BackendPool Pool(params string[] hosts)
    {
        BackendPool pool = new(
            new PoolOptions
            {
                Name = "control-plane",
                Health = new HealthOptions { Type = HealthCheckType.Tcp, Fall = 1, Rise = 1 },
                Backends = [.. hosts.Select((host, i) => new BackendOptions
                {
                    Name = $"cp{i + 1}",
                    Address = host == "unix" ? new BackendAddress("/run/cp.sock", 0) : new BackendAddress(host, 6443),
                })],
            },
            new FakeTime(),
            NullLogger<BackendPool>.Instance);
        for (var i = 0; i < hosts.Length; i++)
        {
            Report(pool, i, HealthEvidence.Ready);
        }

        return pool;
    }

    private static void Report(BackendPool pool, int backend, HealthEvidence evidence) =>
        pool.Report(pool.Snapshot.Backends[backend], new HealthReport(evidence, HealthCause.Passed, "test"));
}
