using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Admission;

/// <summary>Clients that connect and leave, as fast as they can.</summary>
[Collection("crowd")] // One at a time: each counts the sockets of the process.
public sealed class FloodTests : IAsyncDisposable
{
    private const int Clients = 20_000;
    private const int AtOnce = 16;

    /// <summary>Other tests have sockets too; a leak would be many more.</summary>
    private const int MostLeft = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    public async Task ConnectAndClose_LeaksNothingAndCountsEachOnce(int? maxConnections)
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options)
            .With(l => l with { Limits = new ListenerLimitOptions { MaxConnections = maxConnections, MaxConnectionsPerSource = 1_000 } }));
        await daemon.ServersOfAsync(1);
        var started = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => FloodAsync(daemon.EndPoint))));

        await Eventually.HoldsAsync(
            () => daemon.Counters is { Accepted: Clients + 1, Active: 0 }, () => $"{daemon.Counters.Accepted} accepted, {daemon.Counters.Active} open");
        Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"{TimeProvider.System.GetElapsedTime(started)}");
        Assert.Equal(Clients + 1, Enum.GetValues<CloseReason>().Sum(daemon.Counters.Closes));
        Assert.Equal(0, await daemon.MetricAsync($"apilb_listener_sources{{listener=\"{Setup.Listener}\"}}"));
        Assert.Equal(0, await daemon.ScalarAsync("apilb_connections"));
        await Eventually.HoldsAsync(() => SocketsOpen() < MostLeft, () => $"{SocketsOpen()} sockets");
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    private static async Task FloodAsync(EndPoint endPoint)
    {
        for (var i = 0; i < Clients / AtOnce; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endPoint);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Refused so fast that the connect call had not returned.
            }

            // With RST: 20,000 ports in TIME_WAIT would starve the other tests.
            socket.Close(0);
        }
    }

    private static int SocketsOpen() =>
        Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
