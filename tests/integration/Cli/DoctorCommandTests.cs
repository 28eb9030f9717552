using System.Text.Json;
using ApiLb.IntegrationTests.Discovery;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary><c>apilb doctor</c> beside a daemon and before apiservers with real TLS.</summary>
public sealed class DoctorCommandTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private FakeApiserver _cp1 = null!;

    public ValueTask InitializeAsync()
    {
        _cp1 = new FakeApiserver(_ca.Issue("127.0.0.1", "lb.example.com"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task HealthyHost_HasNothingToDo()
    {
        using var configuration = Configured("lb.example.com");
        await using var daemon = ApilbProcess.Start(["run", "--config", configuration.File]);
        await daemon.SaysAsync("is ready");

        var (code, findings) = await ExamineAsync(configuration);

        Assert.True(code == 0, findings);
        Assert.Contains($"ok daemon: runs as pid {daemon.Id}", findings, StringComparison.Ordinal);
        Assert.Contains("ok backend: cp1 of pool control-plane: HTTP 200", findings, StringComparison.Ordinal);
        Assert.Contains("ok certificate: pool control-plane: the first certificate expires on", findings, StringComparison.Ordinal);
        Assert.Contains("ok endpoint: pool control-plane: the certificates cover lb.example.com", findings, StringComparison.Ordinal);
        Assert.Contains("note etcd: is not watched", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WarningsOnly_EndWithTwo()
    {
        using var configuration = Configured("other.example.com");

        var (code, findings) = await ExamineAsync(configuration);

        Assert.True(code == 2, findings);
        Assert.Contains("warning daemon: does not run: nobody answers at", findings, StringComparison.Ordinal);
        Assert.Contains("warning endpoint: cp1: its certificate does not cover other.example.com", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiserverThatIsDown_EndsWithOne()
    {
        using var configuration = Configured("lb.example.com");
        await _cp1.DisposeAsync();

        var (code, findings) = await ExamineAsync(configuration);

        Assert.True(code == 1, findings);
        Assert.Contains("error backend: cp1 of pool control-plane: connection refused", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiserverWithoutAnonymousAccess_IsToldAsSuch()
    {
        _cp1.Answer = Answers.Status(401, "");
        using var configuration = Configured("lb.example.com");

        Assert.Contains("warning anonymous-auth: cp1 of pool control-plane: alive, readiness unknown: HTTP 401", (await ExamineAsync(configuration)).Findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthzMisuseAndForeignPortAndOpenKeys_AreFound()
    {
        await using FakeApiserver stranger = new(certificate: null);
        var (certificate, key) = _ca.IssueClient("apilb");
        await File.WriteAllTextAsync(_ca.PathOf("client.crt"), certificate);
        await File.WriteAllTextAsync(_ca.PathOf("client.key"), key);
        using (var chmod = System.Diagnostics.Process.Start("chmod", ["604", _ca.PathOf("client.key")]))
        {
            await chmod.WaitForExitAsync();
        }

        using var configuration = Configured(
            "lb.example.com", $", path: /healthz, clientCertificateFile: {_ca.PathOf("client.crt")}, clientKeyFile: {_ca.PathOf("client.key")}", $"127.0.0.1:{stranger.Port}");

        var (code, findings) = await ExamineAsync(configuration);

        Assert.True(code == 1, findings);
        Assert.Contains("health.path: /healthz stays green while an apiserver shuts down", findings, StringComparison.Ordinal);
        Assert.Contains($"error port: 127.0.0.1:{stranger.Port} of listener api is held by ", findings, StringComparison.Ordinal);
        Assert.Contains($"warning key-files: everyone on this host can read {_ca.PathOf("client.key")}", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameWithoutAddress_IsAnError()
    {
        using var configuration = ConfigurationOnDisk.In(folder => Text(folder, "lb.example.com", "", $"unix:{folder}/listener.sock", "cp1=nobody.invalid:6443"));

        Assert.Contains("error dns: backend cp1: nobody.invalid has no address", (await ExamineAsync(configuration)).Findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EtcdThatIsDown_HasNoQuorum()
    {
        using var configuration = ConfigurationOnDisk.In(folder =>
            $"{Text(folder, "lb.example.com", "", $"unix:{folder}/listener.sock", $"cp1=127.0.0.1:{_cp1.Port}")}\netcd: {{ members: [127.0.0.1:1], caFile: {_ca.File} }}\n");

        var (_, findings) = await ExamineAsync(configuration);

        Assert.Contains("error etcd: no member sees a leader: 0 of 1 voters answer", findings, StringComparison.Ordinal);
        Assert.Contains("error etcd: member 127.0.0.1:1 is down", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_IsTriedWithItsCredentials()
    {
        await using var cluster = await ScriptedCluster.StartAsync(_ca, "127.0.0.1", "kubernetes");
        cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1")));
        await File.WriteAllTextAsync(_ca.PathOf("token"), "secret");
        using var configuration = ConfigurationOnDisk.In(folder =>
            $"{Text(folder, "lb.example.com", "", $"unix:{folder}/listener.sock", $"cp1={cluster.EndPoint}")}    discovery: {{ kubernetes: {{ tokenFile: {_ca.PathOf("token")}, caFile: {_ca.File} }} }}\n");

        Assert.Contains("ok discovery: pool control-plane: the cluster names 10.0.0.1:6443", (await ExamineAsync(configuration)).Findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemberThatOnlyTheDaemonKnows_IsExaminedToo()
    {
        using var running = Configured("lb.example.com");
        using var file = ConfigurationOnDisk.In(_ =>
            Text(Path.GetDirectoryName(running.File)!, "lb.example.com", "", $"unix:{running.Listener}", "cp9=127.0.0.1:1"));
        await using var daemon = ApilbProcess.Start(["run", "--config", running.File]);
        await daemon.SaysAsync("is ready");

        var (_, findings) = await ExamineAsync(file);

        Assert.Contains("error backend: cp9 of pool control-plane: connection refused", findings, StringComparison.Ordinal);
        Assert.Contains("ok backend: cp1 of pool control-plane: HTTP 200", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongConfiguration_IsTheOnlyFinding()
    {
        using var configuration = ConfigurationOnDisk.Of("listeners: 1");

        var (code, findings) = await ExamineAsync(configuration);

        Assert.Equal(1, code);
        Assert.All(findings.Split('\n'), line => Assert.StartsWith("error configuration: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Table_IsForPeople()
    {
        using var configuration = Configured("lb.example.com");
        await using var apilb = ApilbProcess.Start(["doctor", "--config", configuration.File]);

        Assert.Equal(2, await apilb.ExitAsync());
        Assert.StartsWith("RESULT   CHECK", apilb.Output.First(), StringComparison.Ordinal);
        Assert.Equal("0 errors, 1 warning.", apilb.Output.Last());
    }

    private ConfigurationOnDisk Configured(string endpoint, string health = "", string? bind = null) =>
        ConfigurationOnDisk.In(folder => Text(folder, endpoint, health, bind ?? $"unix:{folder}/listener.sock", $"cp1=127.0.0.1:{_cp1.Port}"));

    private string Text(string folder, string endpoint, string health, string bind, string backend) =>
        $$"""
        listeners:
          api: { bind: "{{bind}}", protocol: tls, pool: control-plane }
        admin: { socket: {{folder}}/admin.sock, listen: none }
        stateDirectory: none
        pools:
          control-plane:
            backends: ["{{backend}}"]
            controlPlaneEndpoint: {{endpoint}}
            health: { type: kube-apiserver, caFile: {{_ca.File}}, timeout: 10s{{health}} }

        """;

    /// <summary>The findings as lines <c>severity check: text</c>.</summary>
    private static async Task<(int Code, string Findings)> ExamineAsync(ConfigurationOnDisk configuration)
    {
        await using var apilb = ApilbProcess.Start(["doctor", "--config", configuration.File, "--output", "json"]);
        var code = await apilb.ExitAsync();
        using var report = JsonDocument.Parse(string.Join('\n', apilb.Output));
        var lines = report.RootElement.GetProperty("findings").EnumerateArray()
            .Select(f => $"{f.GetProperty("severity").GetString()} {f.GetProperty("check").GetString()}: {f.GetProperty("text").GetString()}");
        return (code, string.Join('\n', lines));
    }
}
