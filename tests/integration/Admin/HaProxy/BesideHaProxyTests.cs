#pragma warning disable CA1416 // File modes: ApiLb runs on Linux only.
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Admin.HaProxy;

/// <summary>HAProxy and ApiLb with the same pool and the same clients: what both answer must be the same where it can be.</summary>
public sealed partial class BesideHaProxyTests : IAsyncDisposable
{
    private const int Clients = 4;

    private static readonly string[] EqualOfServers = ["type", "status", "weight", "uweight", "act", "bck", "stot", "lbtot", "scur", "econ", "bin", "bout", "check_status", "addr", "mode", "pid", "sid", "qcur", "cli_abrt", "srv_abrt"];
    private static readonly string[] EqualOfBackends = ["type", "status", "weight", "act", "bck", "stot", "scur", "bin", "bout", "mode", "algo", "pid", "sid", "qcur"];
    private static readonly string[] EqualOfFrontends = ["type", "status", "stot", "scur", "bin", "bout", "mode", "pid", "sid", "ereq", "dcon", "iid"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-runtime-");
    private readonly NamedBackend _a = new("a");
    private readonly NamedBackend _spare = new("spare");
    private readonly IPEndPoint _front = HaProxyEndPoint();
    private readonly IPEndPoint _exporter = HaProxyEndPoint();

    private string Theirs => Path.Combine(_folder.FullName, "haproxy.sock");

    private string Ours => Path.Combine(_folder.FullName, "apilb.sock");

    [Fact]
    public async Task ShowStat_HasTheSameHeaderColumnsAndValues()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        await ServeAsync(daemon);

        Assert.Equal((await RuntimeSocket.AskAsync(Theirs, "show stat\n")).Split('\n')[0], (await RuntimeSocket.AskAsync(Ours, "show stat\n")).Split('\n')[0]);
        var (theirs, ours) = (await RuntimeSocket.StatAsync(Theirs), await RuntimeSocket.StatAsync(Ours));
        AssertEqual(theirs["clients/FRONTEND"], ours["clients/FRONTEND"], EqualOfFrontends);
        AssertEqual(theirs["servers/a"], ours["servers/a"], EqualOfServers);
        AssertEqual(theirs["servers/spare"], ours["servers/spare"], EqualOfServers);
        AssertEqual(theirs["servers/BACKEND"], ours["servers/BACKEND"], EqualOfBackends);
    }

    [Fact]
    public async Task ShowInfoAndServersState_HaveTheSameForm()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        await daemon.StatusBecomesAsync("a", HealthStatus.Ready);

        var (theirs, ours) = (await RuntimeSocket.AskAsync(Theirs, "show info\n"), await RuntimeSocket.AskAsync(Ours, "show info\n"));
        var names = theirs.Split('\n').Select(l => l.Split(':')[0]).ToList();
        Assert.Equal(names.Intersect(ours.Split('\n').Select(l => l.Split(':')[0])), ours.Split('\n').Select(l => l.Split(':')[0]).Distinct());

        var (state, own) = (await RuntimeSocket.AskAsync(Theirs, "show servers state servers\n"), await RuntimeSocket.AskAsync(Ours, "show servers state servers\n"));
        Assert.Equal(state.Split('\n')[..2], own.Split('\n')[..2]);
        Assert.Equal(Settled(state), Settled(own));
    }

    [Theory]
    [InlineData("set server servers/a state drain", "DRAIN")]
    [InlineData("set server servers/a state maint", "MAINT")]
    [InlineData("disable server servers/a", "MAINT")]
    [InlineData("disable server servers/a; enable server servers/a", "UP")]
    [InlineData("set weight servers/a 0", "UP")]
    [InlineData("set server servers/nobody state drain", "UP")]
    [InlineData("set server servers/a state sideways", "UP")]
    [InlineData("get weight servers/a; set weight servers/a 300; set weight servers/a 9;get weight servers/a", "UP")]
    [InlineData("show servers state nowhere", "UP")]
    [InlineData("shutdown sessions server servers/a", "UP")]
    public async Task Command_IsAnsweredAndObeyedAlike(string command, string status)
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        await daemon.StatusBecomesAsync("a", HealthStatus.Ready);

        Assert.Equal(await RuntimeSocket.AskAsync(Theirs, command + "\n"), await RuntimeSocket.AskAsync(Ours, command + "\n"));
        var (theirs, ours) = (await RuntimeSocket.StatAsync(Theirs), await RuntimeSocket.StatAsync(Ours));
        Assert.Equal((status, status), (theirs["servers/a"]["status"].Split(' ')[0], ours["servers/a"]["status"]));
        Assert.Equal(theirs["servers/a"]["weight"], ours["servers/a"]["weight"]);
    }

    [Fact]
    public async Task ShowSess_HasHaProxysForm()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        using var theirClient = await Client.ConnectAsync(_front);
        using var ourClient = await Client.ConnectAsync(daemon.EndPoint);
        Assert.Equal(("a", "a"), (await theirClient.WhoAsync(), await ourClient.WhoAsync()));

        // HAProxy lists the sessions of its own socket and of probes too.
        var theirs = (await RuntimeSocket.AskAsync(Theirs, "show sess\n")).Split('\n').Single(l => l.Contains($"src={theirClient.LocalEndPoint} ", StringComparison.Ordinal));
        var ours = Assert.Single((await RuntimeSocket.AskAsync(Ours, "show sess\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(Shape(theirs), Shape(ours));
        Assert.Contains($" proto=tcpv4 src={ourClient.LocalEndPoint} fe=clients be=servers srv=a ", ours, StringComparison.Ordinal);
        Assert.Contains(" fe=clients be=servers srv=a ", theirs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShutdownSession_ClosesTheOneThatWasShown()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        using var staying = await daemon.ConnectAsync();
        using var leaving = await daemon.ConnectAsync();
        await staying.WhoAsync();
        await leaving.WhoAsync();
        var id = (await RuntimeSocket.AskAsync(Ours, "show sess\n")).Split('\n').Single(l => l.Contains($"src={leaving.LocalEndPoint} ", StringComparison.Ordinal)).Split(':')[0];

        Assert.Equal("\n", await RuntimeSocket.AskAsync(Ours, $"shutdown session {id}\n"));

        Assert.Equal(ConnectionEnd.Reset, await leaving.EndAsync());
        Assert.Equal("a still", await staying.AskAsync("still"));
        await Eventually.HoldsAsync(() => daemon.Counters.Active == 1, () => $"{daemon.Counters.Active} are open");
        Assert.Equal(await RuntimeSocket.AskAsync(Theirs, "shutdown session 0x1\n"), await RuntimeSocket.AskAsync(Ours, $"shutdown session {id}\n"));
    }

    [Fact]
    public async Task Sessions_AreFiltered()
    {
        await using var daemon = await StartDaemonAsync();
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();

        Assert.Equal((1, 1, 1, 1), (await CountAsync("older 0"), await CountAsync("server servers/a"), await CountAsync("backend servers"), await CountAsync("frontend clients")));
        Assert.Equal((0, 0, 0, 0), (await CountAsync("older 1h"), await CountAsync("server servers/spare"), await CountAsync("backend x"), await CountAsync("frontend x")));
    }

    [Theory]
    [InlineData("show backend")]
    [InlineData("show servers conn nowhere")]
    [InlineData("show sess 0x1")]
    [InlineData("shutdown session 0x1")]
    [InlineData("shutdown session")]
    public async Task Answer_IsHaProxys(string command)
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();

        var theirs = (await RuntimeSocket.AskAsync(Theirs, command + "\n")).Split('\n').Where(l => l is not "exporter").ToArray();
        Assert.Equal(theirs, (await RuntimeSocket.AskAsync(Ours, command + "\n")).Split('\n'));
    }

    [Fact]
    public async Task ShowServersConn_HasHaProxysColumns()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();

        var (theirs, ours) = (await RuntimeSocket.AskAsync(Theirs, "show servers conn servers\n"), await RuntimeSocket.AskAsync(Ours, "show servers conn servers\n"));

        Assert.Equal(theirs.Split('[')[0], ours.Split('[')[0]);
        Assert.Equal(Places(theirs), Places(ours));
        static IEnumerable<string> Places(string table) => table.Split('\n').Skip(1).Where(l => l.Length > 0).Select(l => string.Join(' ', l.Split(' ').Where((_, i) => i is 0 or 2 or 3 or 4)));
    }

    [Fact]
    public async Task PromptAndQuit_KeepAndEndTheSession()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        const string Session = "prompt\nget weight servers/a\nget weight servers/spare; get weight x\nquit\nget weight servers/a\n";

        Assert.Equal(await RuntimeSocket.AskAsync(Theirs, Session), await RuntimeSocket.AskAsync(Ours, Session));
    }

    [Fact]
    public async Task LineWithoutEnd_IsRefused()
    {
        await using var daemon = await StartDaemonAsync();

        Assert.StartsWith("The line is too long", await RuntimeSocket.AskAsync(Ours, new string('x', 16384)), StringComparison.Ordinal);
        Assert.Equal("1 (initial 1)\n\n", await RuntimeSocket.AskAsync(Ours, "get weight servers/a"));
    }

    [Fact]
    public async Task Socket_IsForOwnerAndGroup()
    {
        await using var daemon = await StartDaemonAsync();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(Ours) & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute));
    }

    [Fact]
    public async Task Metrics_HaveTheNamesTypesAndLabelsOfHaProxysExporter()
    {
        await using var haproxy = await StartHaProxyAsync();
        await using var daemon = await StartDaemonAsync();
        await ServeAsync(daemon);
        using HttpClient http = new();
        var theirs = await http.GetStringAsync(new Uri($"http://{_exporter}/metrics"));
        var ours = await http.GetStringAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/metrics"));

        Assert.Equal(["haproxy_server_up gauge"], Types(ours).Except(Types(theirs)));
        Assert.All(Samples(ours).Keys.Where(s => !s.StartsWith("haproxy_server_up", StringComparison.Ordinal) && !s.Contains("version", StringComparison.Ordinal)), s => Assert.Contains(s, Samples(theirs).Keys));
        foreach (var sample in new[]
        {
            "haproxy_server_status{proxy=\"servers\",server=\"a\",state=\"UP\"}", "haproxy_server_status{proxy=\"servers\",server=\"a\",state=\"DOWN\"}",
            "haproxy_server_sessions_total{proxy=\"servers\",server=\"a\"}", "haproxy_server_bytes_in_total{proxy=\"servers\",server=\"a\"}",
            "haproxy_server_bytes_out_total{proxy=\"servers\",server=\"a\"}", "haproxy_backend_active_servers{proxy=\"servers\"}",
            "haproxy_backend_backup_servers{proxy=\"servers\"}", "haproxy_backend_status{proxy=\"servers\",state=\"UP\"}",
            "haproxy_frontend_sessions_total{proxy=\"clients\"}", "haproxy_frontend_status{proxy=\"clients\",state=\"UP\"}",
            "haproxy_server_check_status{proxy=\"servers\",server=\"a\",state=\"L4OK\"}", "haproxy_backend_agg_server_status{proxy=\"servers\",state=\"UP\"}",
        })
        {
            Assert.Equal((sample, Samples(theirs)[sample]), (sample, Samples(ours)[sample]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _spare.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<int> CountAsync(string filter) =>
        (await RuntimeSocket.AskAsync(Ours, $"show sess {filter}\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>The names of the fields in their order, without what stands in them.</summary>
    private static string Shape(string session) => string.Join(' ', FieldName().Matches(session).Select(m => m.Value));

    private static IPEndPoint HaProxyEndPoint() => Actors.HaProxy.NewEndPoint();

    private async Task<Actors.HaProxy> StartHaProxyAsync()
    {
        var haproxy = await Actors.HaProxy.StartAsync(Configuration(), _exporter);

        // It takes TCP clients a moment before its unix socket has its name.
        await Eventually.HoldsAsync(() => Path.Exists(Theirs), () => $"no {Theirs}");
        var seen = Task.FromResult("");
        await Eventually.HoldsAsync(() => IsChecked(ref seen), () => "HAProxy has not checked its servers");
        return haproxy;
    }

    /// <summary>Asks again whenever the last answer has come.</summary>
    private bool IsChecked(ref Task<string> seen)
    {
        if (seen.IsCompletedSuccessfully && seen.GetAwaiter().GetResult() == "L4OK")
        {
            return true;
        }

        seen = seen.IsCompleted ? CheckOfSpareAsync() : seen;
        return false;
    }

    private async Task<string> CheckOfSpareAsync() => (await RuntimeSocket.StatAsync(Theirs))["servers/spare"]["check_status"];

    private string Configuration() =>
        $"""
        global
          stats socket {Theirs} mode 600 level admin
        frontend clients
          bind {_front}
          default_backend servers
        backend servers
          balance leastconn
          default-server check inter 200ms
          server a 127.0.0.1:{_a.Port}
          server spare 127.0.0.1:{_spare.Port} backup
        frontend exporter
          bind {_exporter}
          mode http
          http-request use-service prometheus-exporter
        """;

    private Task<RunningDaemon> StartDaemonAsync()
    {
        var options = Setup.Tcp(_a.Options, _spare.Options with { IsBackup = true })
            .With(p => p with { Name = "servers", Balance = BalancePolicy.LeastConnections })
            .With((ListenerOptions l) => l with { Name = "clients", Pool = "servers" });
        return RunningDaemon.StartAsync(options with { Admin = options.Admin with { HaproxySocket = Ours, HaproxyMetrics = true } });
    }

    /// <summary>The same clients for both, and all of them gone.</summary>
    private async Task ServeAsync(RunningDaemon daemon)
    {
        await daemon.StatusBecomesAsync("spare", HealthStatus.Ready);
        for (var i = 0; i < Clients; i++)
        {
            foreach (var front in (EndPoint[])[_front, daemon.EndPoint])
            {
                using var client = await Client.ConnectAsync(front);
                Assert.Equal("a", await client.WhoAsync());
                client.FinishSending();
                await client.EndAsync();
            }
        }

        await Eventually.HoldsAsync(() => daemon.Counters.Active == 0, () => $"{daemon.Counters.Active} are open");
    }

    private static void AssertEqual(Dictionary<string, string> theirs, Dictionary<string, string> ours, string[] columns)
    {
        Assert.Equal(theirs.Keys, ours.Keys);
        Assert.Equal(columns.Select(c => $"{c} {theirs[c]}"), columns.Select(c => $"{c} {ours[c]}"));
        var numbers = theirs.Where(f => f.Value.Length > 0 && f.Value.All(char.IsAsciiDigit)).Select(f => f.Key);
        Assert.All(numbers.Where(c => ours[c].Length > 0), c => Assert.True(long.TryParse(ours[c], CultureInfo.InvariantCulture, out _), $"{c} is {ours[c]}"));
    }

    /// <summary>Servers without the numbers of their pools, times, and how many frontends there are.</summary>
    private static IEnumerable<string> Settled(string table) => table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2)
        .Select(l => l.Split(' ')).Select(f => string.Join(' ', [.. f[1..5], f[5], f[6], f[7], f[8], f[10], f[11], .. f[13..]]));

    private static HashSet<string> Types(string text) =>
        [.. TypeLine().Matches(text).Where(m => m.Groups["name"].Value.StartsWith("haproxy_", StringComparison.Ordinal)).Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value}")];

    private static Dictionary<string, string> Samples(string text) =>
        text.Split('\n').Where(l => l.StartsWith("haproxy_", StringComparison.Ordinal)).Select(l => l.Split(' ')).DistinctBy(l => l[0]).ToDictionary(l => l[0], l => l[^1]);

    [GeneratedRegex(@"(?<=^|[ \[,])[a-z_]+(?==)")]
    private static partial Regex FieldName();

    [GeneratedRegex("^# TYPE (?<name>\\S+) (?<type>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
