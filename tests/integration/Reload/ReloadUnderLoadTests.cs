using System.Diagnostics;
using System.Globalization;
using System.Net;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Reload;

/// <summary>
/// Reloads, one after the other, under 200 new connections a second: no client may notice, nothing may grow. Three files in
/// turn: members, policy, checks, limits, the listener's pool and a second listener change each time.
/// </summary>
public sealed class ReloadUnderLoadTests : IAsyncDisposable
{
    private const int PerSecond = 200;
    private const int Held = 50;

    /// <summary>So that reloads do not outrun the clients who could notice them.</summary>
    private const int ClientsBetween = 10;

    /// <summary>An address that no other test uses.</summary>
    private static readonly IPAddress Host = IPAddress.Parse("127.71.0.1");

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly NamedBackend _cp3 = new("cp3");
    private readonly ConfigurationOnDisk _configuration;

    public ReloadUnderLoadTests() => _configuration = ConfigurationOnDisk.In(folder => FileOf(folder, 0));

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        await _cp3.DisposeAsync();
        _configuration.Dispose();
    }

    [Fact]
    public Task FortyReloads_NobodyNotices() => ReloadAsync(40, warmUp: 10);

    /// <summary>Two minutes: run it by its name, with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task ThousandReloads_NobodyNoticesAndNothingGrows() => ReloadAsync(1000, warmUp: 100);

    private async Task ReloadAsync(int reloads, int warmUp)
    {
        await using var apilb = ApilbProcess.Start(["run", "--config", _configuration.File]);
        await apilb.SaysAsync("is ready");
        using var admin = NewAdminClient();
        IPEndPoint listener = new(Host, 6443);
        var held = await Task.WhenAll(Enumerable.Range(0, Held).Select(_ => Client.ConnectAsync(listener)));
        var servers = await Task.WhenAll(held.Select(c => c.WhoAsync()));
        await using ConnectionLoad load = new(listener, PerSecond);
        var before = default(Usage);
        var started = Stopwatch.GetTimestamp();

        for (var i = 1; i <= reloads; i++)
        {
            _configuration.Write(FileOf(Path.GetDirectoryName(_configuration.File)!, i % 3));
            Assert.Contains("\"result\": \"applied\"", await ReloadAsync(admin), StringComparison.Ordinal);
            before = i == warmUp ? Usage.Of(apilb.Id) : before;
            await load.ServesAsync(ClientsBetween);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        await load.StopAsync();
        var after = Usage.Of(apilb.Id);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{reloads} reloads in {elapsed.TotalSeconds:F0} s: {load.Served} served, {load.Failures.Count} failed; after {warmUp}: {before}; after {reloads}: {after}"));
        Assert.Empty(load.Failures);
        Assert.True(load.Served > 0, "no load");
        Assert.Equal(servers, await Task.WhenAll(held.Select(c => c.WhoAsync())));
        Assert.True(after.Descriptors <= before.Descriptors + 40, $"descriptors grew from {before} to {after}");
        Assert.True(after.KibiBytes <= before.KibiBytes + 24_000, $"memory grew from {before} to {after}");
        Array.ForEach(held, c => c.Dispose());
    }

    private static async Task<string> ReloadAsync(HttpClient admin)
    {
        using var answer = await admin.PostAsync(new Uri("http://apilb/v1/reload"), null);
        return await answer.Content.ReadAsStringAsync();
    }

    private HttpClient NewAdminClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(_configuration.AdminSocket), cancellation);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(90),
    };

    private string FileOf(string folder, int turn)
    {
        var (pool, backends, rest, second) = turn switch
        {
            0 => ("control-plane", Backends(_cp1, _cp2), "balance: least-connections", ""),
            1 => ("control-plane", Backends(_cp2, _cp3), "balance: round-robin", Second(folder, "control-plane")),
            _ => ("other", Backends(_cp1, _cp3), "balance: random", ""),
        };
        return $$"""
            listeners:
              api:
                bind: "{{Host}}:6443"
                protocol: tcp
                pool: {{pool}}
                limits: { maxConnections: {{10_000 + turn}} }
            {{second}}
            pools:
              {{pool}}:
                {{rest}}
                backends: [{{backends}}]
                health: { type: tcp, interval: {{2 + turn}}s }
                timeouts: { drain: 0s }
            admin:
              socket: {{folder}}/admin.sock
              listen: none
            shutdown:
              grace: 1s
            transport:
              reactors: 2
            """;
    }

    private static string Second(string folder, string pool) => $"  second: {{ bind: \"unix:{folder}/second.sock\", protocol: tcp, pool: {pool} }}";

    private static string Backends(params NamedBackend[] backends) => string.Join(", ", backends.Select(b => $"\"{b.Name}=127.0.0.1:{b.Port}\""));

    /// <summary>What a process has: open descriptors, and memory that is its own.</summary>
    private readonly record struct Usage(int Descriptors, long KibiBytes)
    {
        public static Usage Of(int process) => new(
            Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
            long.Parse(
                File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture));

        public override string ToString() => $"{Descriptors} descriptors, {KibiBytes} KiB";
    }
}
