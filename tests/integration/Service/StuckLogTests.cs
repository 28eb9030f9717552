using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>Nobody reads the daemon's log: a stopped journald, a full pipe.</summary>
public sealed class StuckLogTests
{
    private const int MostConnections = 20_000;

    [Fact]
    public async Task ClientsAreServed_DropsAreCounted_AndTheLogSaysSoAfterwards()
    {
        await using NamedBackend backend = new("cp1");
        using var configuration = ConfigurationOnDisk.In(folder => ConfigurationText(folder, backend.Port));
        using Process apilb = new() { StartInfo = StartOf(configuration.File) };
        apilb.Start();
        try
        {
            await SaysAsync(apilb.StandardError, "is ready");
            await ServeUntilLinesAreDroppedAsync(configuration);

            using (var client = await Client.ConnectAsync(configuration.Listener))
            {
                Assert.Equal("cp1", await client.WhoAsync());
            }

            await SaysAsync(apilb.StandardError, "log lines were dropped: whoever reads the log was slower than the log.");
        }
        finally
        {
            apilb.Kill();
            await apilb.WaitForExitAsync();
        }
    }

    private static async Task ServeUntilLinesAreDroppedAsync(ConfigurationOnDisk configuration)
    {
        for (var i = 0; i < MostConnections; i++)
        {
            using (var client = await Client.ConnectAsync(configuration.Listener))
            {
                await client.WhoAsync();
            }

            if (i % 500 == 499 && await DroppedAsync(configuration.AdminSocket) > 0)
            {
                return;
            }
        }

        Assert.Fail($"no line was dropped after {MostConnections} connections");
    }

    private static async Task SaysAsync(StreamReader log, string part)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (await log.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"the log ended without '{part}'");
    }

    private static async Task<double> DroppedAsync(string adminSocket)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, token) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(adminSocket), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient http = new(handler);
        var line = (await http.GetStringAsync("http://apilb/metrics")).Split('\n').Single(l => l.StartsWith("apilb_log_lines_dropped_total ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static ProcessStartInfo StartOf(string file)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "apilb"), ["run", "--config", file]) { UseShellExecute = false, RedirectStandardError = true };
        start.Environment.Remove("JOURNAL_STREAM");
        return start;
    }

    private static string ConfigurationText(string folder, int port) =>
        $$"""
        listeners:
          api:
            bind: "unix:{{folder}}/listener.sock"
            protocol: tcp
            pool: cp
            logConnections: all
        pools:
          cp:
            backends: ["cp1=127.0.0.1:{{port}}"]
            health: { type: tcp }
        admin: { socket: "{{folder}}/admin.sock", listen: none }
        stateDirectory: none
        """;
}
