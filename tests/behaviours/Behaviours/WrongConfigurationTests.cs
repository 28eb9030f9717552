using System.Diagnostics;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A configuration that is wrong, at the start and while clients are served.</summary>
public sealed class WrongConfigurationTests
{
    private const string BadAddress = "127.0.0.300:7001";
    private const string BadRange = "10.0.0.0/99";
    private const string NoCertificate = "no-such-ca.crt";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [Row(43, "reloads meet an unknown key, an address that is none, a range of addresses that is none", "each time the old configuration keeps serving new and old clients, and the log says what is wrong; one that is right is taken afterwards")]
    public async Task WrongOnReload_OldOneServes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member] };
        await bench.StartAsync(setup);
        using var client = await bench.ConnectAsync();

        foreach (var (wrong, part) in Wrong(bench, setup))
        {
            await ReloadAsync(bench, wrong);

            await bench.Process.SaysAsync(part);
            Assert.Equal("A", await client.WhoAsync());
            Assert.All(await bench.AskAsync(4), name => Assert.Equal("A", name));
        }

        await ReloadAsync(bench, setup with { Backends = [b.Member] });
        await bench.IsOutAsync("A", tls: false);
    }

    [Theory]
    [Row(43, "an operator orders these reloads by the command that is there for it", "the command ends with another exit code than 0 each time, and with 0 for a configuration that is right")]
    public async Task WrongOnReload_CommandFails(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member] };
        await bench.StartAsync(setup);

        foreach (var (wrong, part) in Wrong(bench, setup))
        {
            bench.Configure(wrong);
            Assert.True(await bench.Balancer.ReloadAsync(bench.Process, bench.ConfigurationFile) != 0, $"{part}: exit code 0");
            Assert.Equal("A", await bench.WhoAsync());
        }

        bench.Configure(setup with { Backends = [b.Member] });
        Assert.Equal(0, await bench.Balancer.ReloadAsync(bench.Process, bench.ConfigurationFile));
        await bench.IsOutAsync("A", tls: false);
    }

    [Theory]
    [Row(43, "the same, under systemd", "the line that `systemctl status` shows says that the reload failed, until one succeeds", Needs = Feature.StatusText, Note = "the test has the notify socket; by a real systemd: tests/packaging")]
    public async Task WrongOnReload_StatusTells(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var notify = bench.Keep(new NotifySocket(Path.Combine(bench.Folder, "notify")));
        Setup setup = new() { Backends = [bench.Answering("A").Member] };
        await bench.StartAsync(setup, environment: [("NOTIFY_SOCKET", notify.Path)]);

        foreach (var (wrong, _) in Wrong(bench, setup))
        {
            await ReloadAsync(bench, wrong);
            await ShowsAsync(failed: true);
            await ReloadAsync(bench, setup);
            await ShowsAsync(failed: false);
        }

        Task ShowsAsync(bool failed) => Eventually.HoldsAsync(
            () => notify.Status.Length > 0 && notify.Status.Contains("fail", StringComparison.OrdinalIgnoreCase) == failed, () => $"status: '{notify.Status}'");
    }

    [Theory]
    [Row(43, "the same, while metrics are scraped", "a metric says that the last reload failed, until one succeeds", Needs = Feature.ReloadMetric)]
    public async Task WrongOnReload_MetricTells(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Setup setup = new() { Backends = [bench.Answering("A").Member] };
        await bench.StartAsync(setup);
        Assert.Equal(1, await bench.Process.MetricAsync(bench.Balancer.ReloadSeries));

        foreach (var (wrong, _) in Wrong(bench, setup))
        {
            await ReloadAsync(bench, wrong);
            await ShowsAsync(0);
            await ReloadAsync(bench, setup);
            await ShowsAsync(1);
        }

        async Task ShowsAsync(double expected)
        {
            var value = double.NaN;
            await Eventually.HoldsAsync(async () => (value = await bench.Process.MetricAsync(bench.Balancer.ReloadSeries)) == expected, () => $"{value}, not {expected}");
        }
    }

    [Theory]
    [Row(44, "the configuration has an unknown key, an address that is none, a range of addresses that is none", "it does not start: it ends with another exit code than 0, and one line of what it says has the file, the line and the key or value that is wrong", Note = "how long it took is told, and not judged below 15 s instead of 1 s: two cores that other rows use at the same time")]
    public async Task WrongAtStart_IsRefusedWithItsLine(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);

        foreach (var (wrong, part) in Wrong(bench, new Setup { Backends = [new Member("A", "127.0.0.11:7001")] }))
        {
            await IsRefusedAsync(bench, wrong, part);
        }
    }

    [Theory]
    [Row(44, "it has two listeners on one address", "the same")]
    public async Task TwoListenersOnOneAddress_AreRefusedWithTheirLine(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);

        await IsRefusedAsync(bench, new Setup { Bind = [Setup.Listener, Setup.Listener], Backends = [new Member("A", "127.0.0.11:7001")] }, Setup.Listener);
    }

    [Theory]
    [Row(44, "it names a CA's certificate that is not there", "the same", Needs = Feature.Checks)]
    public async Task CertificateIsMissing_IsRefusedWithItsLine(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);

        await IsRefusedAsync(bench, new Setup { Backends = [new Member("A", "127.0.0.11:7001")], Tls = true, Check = new Check { CaFile = NoCertificate } }, NoCertificate);
    }

    /// <summary>Configurations that are wrong in one way each, and what is wrong with them.</summary>
    private static IEnumerable<(Setup Setup, string Part)> Wrong(Bench bench, Setup right)
    {
        yield return (right with { Extra = bench.Balancer.UnknownKey }, "unknown_key");
        yield return (right with { Backends = [new Member("A", BadAddress)] }, BadAddress.Split(':')[0]);
        yield return (right with { ProxyFrom = BadRange }, BadRange);
    }

    private static async Task ReloadAsync(Bench bench, Setup setup)
    {
        // A master that has just executed itself again would miss the signal.
        await Eventually.HoldsAsync(() => bench.Process.Family.Catches(bench.Balancer.ReloadSignal), () => "it takes no reload");
        bench.Configure(setup);
        bench.Process.Send(bench.Balancer.ReloadSignal);
    }

    private static async Task IsRefusedAsync(Bench bench, Setup wrong, string part)
    {
        bench.Configure(wrong);
        var lines = await File.ReadAllLinesAsync(bench.ConfigurationFile);
        var began = Stopwatch.GetTimestamp();

        await using var process = bench.StartProcess();

        Assert.NotEqual(0, await process.ExitAsync(Soon));
        Remark.Say($"{part}: {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        await Eventually.HoldsAsync(() => bench.Balancer.Faults(process.Log).Any(IsIt), () => $"no line that tells what is wrong with {part}:\n{process.Log}");

        bool IsIt((int Line, IReadOnlyList<string> Keys) fault) =>
            lines[fault.Line - 1] is var line && line.Contains(part, StringComparison.Ordinal) && fault.Keys.Any(key => line.Contains(key, StringComparison.Ordinal));
    }
}
