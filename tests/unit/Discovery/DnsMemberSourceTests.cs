using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class DnsMemberSourceTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task EveryAddress_IsAMember()
    {
        var found = await Source((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2001:db8::1")])).LookAsync(CancellationToken.None);

        Assert.True(found.TryGet(out var members, out _));
        Assert.Equal([Members.At("10.0.0.1:7443"), Members.At("[2001:db8::1]:7443")], members);
    }

    [Fact]
    public async Task UnknownName_IsAFailureWithItsReason()
    {
        var found = await Source((_, _) => throw new SocketException((int)SocketError.HostNotFound)).LookAsync(CancellationToken.None);

        Assert.False(found.TryGet(out _, out var failure));
        Assert.Equal(DiscoveryResult.FailedUnresolved, failure.Result);
        Assert.StartsWith("apiservers.example.com: ", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentResolver_IsAFailureAfterFiveSeconds()
    {
        var looking = Source((_, _) => new TaskCompletionSource<IPAddress[]>().Task).LookAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.False((await looking).TryGet(out _, out var failure));
        Assert.Equal(DiscoveryResult.FailedTimeout, failure.Result);
    }

    [Fact]
    public async Task NextLook_ComesAfterTheInterval()
    {
        var waiting = Source((_, _) => Task.FromResult<IPAddress[]>([])).WaitForChangeAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await waiting);
    }

    private DnsMemberSource Source(Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        new(new DnsDiscoveryOptions { Name = "apiservers.example.com", Port = 7443, Interval = TimeSpan.FromMinutes(1) }, resolve, _time);
}
