using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class SourceLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();

    [Fact]
    public async Task DnsName_IsLookedUpOnceEachInterval()
    {
        List<TimeSpan> looks = [];
        var start = _time.GetTimestamp();
        DnsDiscoveryOptions options = new() { Name = "apiservers.example.com", Interval = Interval };
        var pool = NewPool(options);
        using PoolMembers members = new(pool, _ => { }, null, _time, NullLogger.Instance);
        using CancellationTokenSource stop = new();
        SourceLoop loop = new(new DnsMemberSource(options, ResolveAsync, _time), members, new SourceWaits(pool, new Backoff(() => 1), _time), NullLogger.Instance);

        var running = loop.RunAsync(stop.Token);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await _time.TimersArmedAsync(1);
            _time.Advance(Interval);
        }

        await _time.TimersArmedAsync(1);
        await stop.CancelAsync();
        await running;
        Assert.Equal([TimeSpan.Zero, Interval, 2 * Interval, 3 * Interval], looks.Select(l => TimeSpan.FromSeconds(Math.Round(l.TotalSeconds, 3))));

        Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
        {
            looks.Add(_time.GetElapsedTime(start));
            return Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]);
        }
    }

    private BackendPool NewPool(DnsDiscoveryOptions dns) => new(
        new PoolOptions
        {
            Name = "cp",
            Backends = [],
            Health = new HealthOptions { Type = HealthCheckType.Tcp },
            Discovery = new DiscoveryOptions { Dns = dns },
        },
        _time,
        NullLogger<BackendPool>.Instance);
}
