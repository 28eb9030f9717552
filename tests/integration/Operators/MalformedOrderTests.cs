#pragma warning disable CA1416 // File modes: ApiLb runs on Linux only.
using System.Diagnostics;
using ApiLb.Health;
using ApiLb.IntegrationTests.Admin;
using Xunit;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>Whatever is wrong with an order is said, and then nothing has changed.</summary>
public sealed class MalformedOrderTests
{
    public static TheoryData<string, string, int, string> Orders => new()
    {
        { "POST", "/v1/drain", 400, "backend is missing" },
        { "POST", "/v1/drain?backend=", 400, "backend is empty" },
        { "POST", "/v1/drain?backend=cp1&backend=cp2", 400, "backend is there 2 times" },
        { "POST", "/v1/drain?backend=cp11", 404, "no backend is named 'cp11' (did you mean cp1?); there are: control-plane/cp1, control-plane/cp2, control-plane/cp3" },
        { "POST", "/v1/drain?backend=controlplane/cp2", 404, "(did you mean control-plane/cp2?)" },
        { "POST", "/v1/drain?backend=%1b%5b31mcp1", 404, "no backend is named '\\u001b[31mcp1'" },
        { "POST", "/v1/drain?backend=cp1&fro=10m", 400, "unknown parameter \"fro\" (did you mean for?); allowed: backend, for, grace, pace" },
        { "POST", "/v1/drain?backend=cp1&for=10", 400, "for: 10 has no unit; write 10s for seconds or 10ms for milliseconds" },
        { "POST", "/v1/drain?backend=cp1&for=0", 400, "for: 0 is out of range; allowed: 1s to 8760h" },
        { "POST", "/v1/drain?backend=cp1&for=-5m", 400, "for: \"-5m\" is not a duration" },
        { "POST", "/v1/drain?backend=cp1&grace=soon&pace=0", 400, "grace: \"soon\" is not a duration; write whole numbers with units, the larger first, such as 250ms, 2s, 1m30s or 1h; pace: 0 is out of range; allowed: 1 to 100000" },
        { "POST", "/v1/maint?backend=cp1&weight=3", 400, "unknown parameter \"weight\"" },
        { "POST", "/v1/ready?backend=cp1&for=10m", 400, "unknown parameter \"for\"" },
        { "POST", "/v1/weight?backend=cp1", 400, "weight is missing" },
        { "POST", "/v1/weight?backend=cp1&weight=257", 400, "weight: 257 is out of range; allowed: 0 to 256, or configured" },
        { "POST", "/v1/weight?backend=cp1&weight=50%25", 400, "weight: \"50%\" is not a whole number" },
        { "POST", "/v1/kill?backend=cp1&pace=fast", 400, "pace: \"fast\" is not a whole number" },
        { "POST", "/v1/probe?backend=cp1&now=true", 400, "unknown parameter \"now\"" },
        { "POST", "/v1/rebalance?pool=control-plane&dryRun=maybe", 400, "dryRun: \"maybe\" is not a truth value" },
        { "POST", "/v1/rebalance?pool=controlplane", 404, "(did you mean control-plane?)" },
        { "GET", "/v1/drain?backend=cp1", 405, "/v1/drain: only POST" },
        { "DELETE", "/v1/maint?backend=cp1", 405, "/v1/maint: only POST" },
        { "POST", "/v1/status", 405, "/v1/status: only GET and HEAD" },
        { "POST", "/v1/Drain?backend=cp1", 404, "not found: \"/v1/Drain\" (did you mean /v1/drain?)" },
        { "POST", "/v1/drain/cp1", 404, "not found: \"/v1/drain/cp1\"" },
        { "POST", "/v1/reload?dry-run=true", 400, "unknown parameter \"dry-run\" (did you mean dryRun?); allowed: dryRun" },
        { "POST", "/v1/reload?dryRun=", 400, "dryRun is empty" },
        { "GET", "/v1/reload", 405, "/v1/reload: only POST" },
        { "POST", "/v1/upgrade?timeout=1", 400, "timeout: 1 has no unit" },
        { "POST", "/v1/upgrade?binary=apilb&deadline=never", 400, "deadline: \"never\" is not a duration" },
        { "PUT", "/v1/upgrade", 405, "/v1/upgrade: only POST" },
        { "GET", "/v1/connections?sort=size", 400, "sort: \"size\" is not one of the allowed values; use bytes, age or idle" },
        { "GET", "/v1/connections?limit=10001", 400, "limit: 10001 is out of range; allowed: 1 to 10000" },
        { "GET", "/v1/connections?source=kubelet", 400, "source: \"kubelet\" is no IP address" },
        { "GET", "/v1/events?after=yesterday", 400, "after: \"yesterday\" is no event's id" },
        { "GET", "/v1/status?verbose=1", 400, "unknown parameter \"verbose\"" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task WrongOrder_IsExplainedAndChangesNothing(string method, string target, int code, string expected)
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient();
        using HttpRequestMessage request = new(new HttpMethod(method), target);

        using var answer = await client.SendAsync(request);

        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(code == (int)answer.StatusCode, $"{(int)answer.StatusCode} {body}");
        Assert.Contains(expected, body, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', body);
        AssertUntouched(host);
    }

    [Fact]
    public async Task OrderInABody_IsExplainedAndChangesNothing()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient();
        using FormUrlEncodedContent form = new([new("backend", "cp1")]);

        using var answer = await client.PostAsync(new Uri("/v1/drain", UriKind.Relative), form);

        Assert.Equal("apilb: /v1/drain: takes no body; parameters belong into the query, as in /v1/drain?backend=cp1\n", await answer.Content.ReadAsStringAsync());
        AssertUntouched(host);
    }

    [Fact]
    public async Task OrderOverTcp_IsNotEvenKnown()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);

        using var answer = await client.PostAsync(new Uri("/v1/drain?backend=cp1", UriKind.Relative), null);

        Assert.Equal(404, (int)answer.StatusCode);
        AssertUntouched(host);
    }

    /// <summary>A process of another user, let in by the file's mode: the kernel tells the daemon who it is.</summary>
    [Fact]
    public async Task OrderOfAStranger_IsRefusedThoughItMayLook()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become somebody else");
        await using var host = await AdminHost.StartAsync();
        File.SetUnixFileMode(host.SocketPath, (UnixFileMode)0b110_110_110);
        File.SetUnixFileMode(Path.GetDirectoryName(host.SocketPath)!, (UnixFileMode)0b111_101_101);

        Assert.StartsWith("apilb: uid 65534 may look but change nothing: use sudo", await AskAsNobodyAsync(host, "POST", "/v1/drain?backend=cp1"), StringComparison.Ordinal);
        AssertUntouched(host);
        Assert.StartsWith("[", await AskAsNobodyAsync(host, "GET", "/v1/backends"), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsNobodyAsync(AdminHost host, string method, string target)
    {
        string[] command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "curl", "--silent", "--max-time", "10", "--unix-socket", host.SocketPath, "-X", method, $"http://apilb{target}"];
        using var curl = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var answer = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return answer;
    }

    private static void AssertUntouched(AdminHost host)
    {
        Assert.All(host.Pool.Snapshot.Backends, b => Assert.Equal((OperatorMode.Ready, null, 1), (b.Mode, b.ModeOrder.Terms, b.Weight)));
        Assert.Empty(host.Kills);
        Assert.Empty(host.Asked);
        Assert.False(host.HasKeptOrders);
    }
}
