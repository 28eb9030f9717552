using System.Diagnostics.Metrics;
using System.Net;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Fuzzing;
using ApiLb.Tcp;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Tcp;

public sealed class RouteTableTests : IDisposable
{
    private static readonly FakeTime Time = new();

    private readonly Meter _meter = new("routes");
    private readonly Dictionary<string, BackendConnector> _connectors;
    private readonly RouteTable _table;

    public RouteTableTests()
    {
        _connectors = ((string[])["rest", "exact", "wide", "deep"]).ToDictionary(name => name, ConnectorOf);
        _table = TableOf("rest", ("wide", ["*.example.com"]), ("exact", ["a.example.com", "a.b.example.com"]), ("deep", ["*.b.example.com", "example.org"]));
    }

    public void Dispose() => _meter.Dispose();

    [Theory]
    [InlineData("a.example.com", "exact")]
    [InlineData("a.b.example.com", "exact")]
    [InlineData("c.example.com", "wide")]
    [InlineData("b.example.com", "wide")] // The wildcard does not take the name that it hangs from.
    [InlineData("c.b.example.com", "deep")]
    [InlineData("d.c.b.example.com", "deep")]
    [InlineData("x.a.example.com", "wide")]
    [InlineData("example.org", "deep")]
    [InlineData("example.com", "rest")]
    [InlineData("a.example.org", "rest")]
    [InlineData("notexample.com", "rest")]
    [InlineData("com", "rest")]
    public void Name_FindsItsNearestRoute(string serverName, string pool) => Assert.Equal(pool, _table.Find(serverName)?.Pool.Name);

    [Fact]
    public void HelloWithCapitals_FindsItsRoute() => Assert.Equal("exact", Find(new HelloBuilder().ServerName("A.Example.COM.")));

    [Fact]
    public void HelloWithoutName_GoesToTheDefaultPool() => Assert.Equal("rest", Find(new HelloBuilder()));

    [Fact]
    public void WithoutDefaultPool_NobodyServesTheRest()
    {
        var table = TableOf(null, ("exact", ["a.example.com"]));

        Assert.Null(table.Default);
        Assert.Null(table.Find("b.example.com"));
        Assert.NotNull(table.Find("a.example.com"));
    }

    [Fact]
    public void WithoutRoutes_AllGoToTheDefaultPool() => Assert.Equal("rest", TableOf("rest").Find("a.example.com")?.Pool.Name);

    [Fact]
    public void ParsingAndRouting_AllocateNothing()
    {
        var hello = new HelloBuilder().ServerName("D.C.b.example.com").Protocols("h2").ToRecord();

        Allocation.IsZero(() => RouteMany(hello, 10_000));
    }

    private void RouteMany(byte[] hello, int times)
    {
        for (var i = 0; i < times; i++)
        {
            ClientHelloParser.Parse(hello, out var parsed);
            _table.Find(parsed, hello);
        }
    }

    private string? Find(HelloBuilder builder)
    {
        var hello = builder.ToRecord();
        ClientHelloParser.Parse(hello, out var parsed);
        return _table.Find(parsed, hello)?.Pool.Name;
    }

    private RouteTable TableOf(string? pool, params (string Pool, string[] Names)[] routes)
    {
        var listener = new ListenerOptions
        {
            Name = "l",
            Bind = [new IPEndPoint(IPAddress.Loopback, 6443)],
            Protocol = ListenerProtocol.Tls,
            Pool = pool,
            Routes = [.. routes.Select(r => new RouteOptions { ServerNames = r.Names, Pool = r.Pool })],
        };
        return new RouteTable(listener, _connectors, new ConnectionMetrics(_meter));
    }

    private BackendConnector ConnectorOf(string pool)
    {
        var options = new PoolOptions { Name = pool, Backends = [], Health = new HealthOptions { Type = HealthCheckType.Tcp } };
        return new BackendConnector(new Balancer(new BackendPool(options, Time, NullLogger<BackendPool>.Instance)), new ConnectionMetrics(_meter), Time);
    }
}
