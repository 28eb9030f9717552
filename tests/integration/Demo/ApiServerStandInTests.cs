using System.Net;
using System.Net.Sockets;
using ApiLb.Demo.StandIns;
using Xunit;

namespace ApiLb.IntegrationTests.Demo;

public sealed class ApiServerStandInTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Serving_AnswersAVerifyingClient(string version)
    {
        await using var bench = await StandInBench.StartAsync();
        using var client = bench.CreateClient(Version.Parse(version));

        using var response = await client.GetAsync("/readyz", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("cp2", Assert.Single(response.Headers.GetValues("X-Served-By")));
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Killed_RefusesNewConnections()
    {
        await using var bench = await StandInBench.StartAsync();

        await bench.Cp2.KillAsync(Cancellation);

        var refusal = await Assert.ThrowsAsync<SocketException>(bench.ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task Killed_ResetsOpenConnections()
    {
        await using var bench = await StandInBench.StartAsync();
        using var socket = await bench.ConnectAsync();
        await using var stream = await bench.HandshakeAsync(socket, Cancellation);

        await bench.Cp2.KillAsync(Cancellation);

        var end = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(StandInBench.Deadline));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(end.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Frozen_AcceptsButNeverAnswersTheHandshake()
    {
        await using var bench = await StandInBench.StartAsync();
        await bench.Cp2.FreezeAsync(Cancellation);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        using var socket = await bench.ConnectAsync();
        var handshake = bench.HandshakeAsync(socket, patience.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake.WaitAsync(StandInBench.Deadline));
    }

    [Fact]
    public async Task Thawed_AnswersTheHandshakesThatWaited()
    {
        await using var bench = await StandInBench.StartAsync();
        await bench.Cp2.FreezeAsync(Cancellation);
        using var socket = await bench.ConnectAsync();
        var handshake = bench.HandshakeAsync(socket, Cancellation);
        Assert.False(handshake.IsCompleted);

        await bench.Cp2.ReviveAsync(Cancellation);

        await using var stream = await handshake.WaitAsync(StandInBench.Deadline);
        Assert.True(stream.IsAuthenticated);
    }

    [Fact]
    public async Task Frozen_LeavesAnOpenConnectionWithoutAnAnswer()
    {
        await using var bench = await StandInBench.StartAsync();
        using var client = bench.CreateClient(HttpVersion.Version20);
        using var before = await client.GetAsync("/version", Cancellation);

        await bench.Cp2.FreezeAsync(Cancellation);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("/version", patience.Token));
    }

    [Fact]
    public async Task Draining_SaysSoAsAnApiserverDoes()
    {
        await using var bench = await StandInBench.StartAsync();
        await bench.Cp2.DrainAsync(Cancellation);
        using var client = bench.CreateClient(HttpVersion.Version11);

        using var response = await client.GetAsync("/readyz", Cancellation);

        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n');
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("[+]ping ok", lines[0]);
        Assert.Equal(["[-]shutdown failed: reason withheld", "readyz check failed", ""], lines[^3..]);
    }

    [Fact]
    public async Task Draining_StillServesOldConnections()
    {
        await using var bench = await StandInBench.StartAsync();
        using var client = bench.CreateClient(HttpVersion.Version11);
        using var before = await client.GetAsync("/api/v1/nodes", Cancellation);

        await bench.Cp2.DrainAsync(Cancellation);

        using var after = await client.GetAsync("/api/v1/nodes", Cancellation);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData(nameof(StandInMode.Killed))]
    [InlineData(nameof(StandInMode.Frozen))]
    [InlineData(nameof(StandInMode.Draining))]
    public async Task Revived_ServesOnTheSamePort(string mode)
    {
        await using var bench = await StandInBench.StartAsync();
        var port = bench.Cp2.EndPoint.Port;
        await (Enum.Parse<StandInMode>(mode) switch
        {
            StandInMode.Killed => bench.Cp2.KillAsync(Cancellation),
            StandInMode.Frozen => bench.Cp2.FreezeAsync(Cancellation),
            _ => bench.Cp2.DrainAsync(Cancellation),
        });

        await bench.Cp2.ReviveAsync(Cancellation);

        using var client = bench.CreateClient(HttpVersion.Version11);
        Assert.Equal("ok", await client.GetStringAsync("/readyz", Cancellation));
        Assert.Equal(port, bench.Cp2.EndPoint.Port);
    }

    [Fact]
    public async Task Killed_WhileFrozen_ResetsAndRefuses()
    {
        await using var bench = await StandInBench.StartAsync();
        using var socket = await bench.ConnectAsync();
        await using var stream = await bench.HandshakeAsync(socket, Cancellation);
        await bench.Cp2.FreezeAsync(Cancellation);

        await bench.Cp2.KillAsync(Cancellation).WaitAsync(StandInBench.Deadline, Cancellation);

        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(StandInBench.Deadline));
        await Assert.ThrowsAsync<SocketException>(bench.ConnectAsync);
    }

    [Fact]
    public async Task Watch_StreamsUntilTheStandInIsKilled()
    {
        await using var bench = await StandInBench.StartAsync();
        using var client = bench.CreateClient(HttpVersion.Version20);
        await using var stream = await client.GetStreamAsync("/api/v1/nodes?watch=true", Cancellation);
        using var reader = new StreamReader(stream);

        var first = await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(StandInBench.Deadline, Cancellation);
        await bench.Cp2.KillAsync(Cancellation);

        Assert.Contains("\"type\":\"ADDED\"", first, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync(Cancellation).WaitAsync(StandInBench.Deadline, Cancellation));
    }

    [Theory]
    [InlineData("/api/v1/secrets", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/nodes/worker-9", HttpStatusCode.NotFound)]
    public async Task UnknownPath_GetsAStatusDocument(string path, HttpStatusCode code)
    {
        await using var bench = await StandInBench.StartAsync();
        using var client = bench.CreateClient(HttpVersion.Version11);

        using var response = await client.GetAsync(path, Cancellation);

        Assert.Equal(code, response.StatusCode);
        Assert.Contains("\"kind\":\"Status\"", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
