using System.Net.Sockets;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary><c>apilb run</c> with HTTP listeners starts itself anew, as the same process.</summary>
public sealed class RuntimeProfileTests : IAsyncDisposable
{
    private const string Variable = "DOTNET_TieredPGO";

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Fact]
    public async Task HttpListener_RunsWithItAsTheProcessThatWasStarted()
    {
        using var configuration = With("http");
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File, "--log-level", "Debug"], ("APILB_TEST_VALUE", "ä =\n1"));
        await apilb.SaysAsync("is ready");

        Assert.Equal("1", EnvironmentOf(apilb)[Variable]);
        Assert.Equal("ä =\n1", EnvironmentOf(apilb)["APILB_TEST_VALUE"]);
        Assert.Equal(["run", "--config", configuration.File, "--log-level", "Debug"], StringsOf(apilb, "cmdline")[1..]);
        Assert.Equal("apilb", (await File.ReadAllTextAsync($"/proc/{apilb.Id}/comm")).Trim());
        await apilb.SignalAsync("TERM");
        Assert.Equal(0, await apilb.ExitAsync());
        await apilb.SaysAsync("Stopped.");
    }

    [Fact]
    public async Task TcpListenersAlone_RunWithoutIt()
    {
        using var configuration = With("tcp");
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");

        Assert.DoesNotContain(Variable, EnvironmentOf(apilb));
    }

    [Fact]
    public async Task WhoeverChose_KeepsTheChoice()
    {
        using var configuration = With("http");
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File], (Variable, "0"));
        await apilb.SaysAsync("is ready");

        Assert.Equal("0", EnvironmentOf(apilb)[Variable]);
    }

    [Fact]
    public async Task Warnings_AreToldOnce()
    {
        using var configuration = With("http");
        configuration.Replace("listeners:", $$"""
            listeners:
              api: { bind: "unix:{{configuration.AdminSocket}}.api", protocol: tls, pool: site }
            """);
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");

        Assert.Equal("1", EnvironmentOf(apilb)[Variable]);
        Assert.Single(apilb.Errors, line => line.Contains("a frozen server passes", StringComparison.Ordinal));
    }

    /// <summary>Its read end is empty when the program has started anew.</summary>
    [Fact]
    public async Task ConfigurationFromAPipe_IsServed()
    {
        using var configuration = With("http");
        await using var apilb = ApilbProcess.StartBy(["bash", "-c", """exec "$@" < <(cat "$0")""", configuration.File], ["run", "--config", "/dev/stdin"]);

        await apilb.SaysAsync("is ready");
    }

    /// <summary>Of two runtimes in one process only the second is there to answer.</summary>
    [Fact]
    public async Task DiagnosticsSocket_IsThatOfTheRuntimeThatRuns()
    {
        using var configuration = With("http");
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");

        var socket = Assert.Single(Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{apilb.Id}-*-socket"));
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(socket));
    }

    private ConfigurationOnDisk With(string protocol) => ConfigurationOnDisk.In(folder =>
        $$"""
        listeners:
          web: { bind: "unix:{{folder}}/listener.sock", protocol: {{protocol}}, pool: site }
        pools:
          site: { backends: ["cp1=127.0.0.1:{{_cp1.Port}}"], health: { type: tcp } }
        admin: { socket: {{folder}}/admin.sock, listen: none }

        """);

    private static Dictionary<string, string> EnvironmentOf(ApilbProcess apilb) =>
        StringsOf(apilb, "environ").Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);

    private static string[] StringsOf(ApilbProcess apilb, string file) => File.ReadAllText($"/proc/{apilb.Id}/{file}").TrimEnd('\0').Split('\0');
}
