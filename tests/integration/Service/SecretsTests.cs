using System.Globalization;
using System.Net;
using System.Text;
using ApiLb.IntegrationTests.Discovery;
using ApiLb.IntegrationTests.Operators;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>
/// Every credential that ApiLb can be given, each with words of its own, in use and then broken. Nothing that the daemon or a command prints,
/// logs at the finest level, shows or keeps may hold any of them.
/// </summary>
public sealed class SecretsTests : IAsyncDisposable
{
    private const string ProbeToken = "Secret-probe-token-f1a2";
    private const string KubeconfigToken = "Secret-kubeconfig-token-b3c4";
    private const string CollectorToken = "Secret-collector-token-d5e6";
    private const string Broken = "Secret-broken-e7f8";

    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver _server;
    private readonly (string Certificate, string Key) _client;
    private readonly List<string> _seen = [];

    public SecretsTests()
    {
        _server = new FakeApiserver(_ca.Issue("127.0.0.1")) { WantsClientCertificate = true };
        _client = _ca.IssueClient("apilb");
    }

    /// <summary>The tokens, and each line of the key: one line is enough to be a leak.</summary>
    private IEnumerable<string> Secrets =>
        [ProbeToken, KubeconfigToken, CollectorToken, Broken, .. _client.Key.Split('\n').Where(l => l.Length > 30 && !l.StartsWith("---", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task NoSecret_IsPrintedLoggedShownOrKept()
    {
        await using var cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.11")));
        var watch = cluster.NextWatch();
        await using var collector = await OtlpCollector.StartAsync();
        WriteCredentials();
        using var configuration = ConfigurationOnDisk.In(folder => ConfigurationText(folder, cluster.EndPoint, collector.Url));
        await using var apilb = ApilbProcess.Start(["run", "--log-level", "Trace", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");
        await Eventually.HoldsAsync(
            () => _server.LastRequest.Contains(ProbeToken, StringComparison.Ordinal) && _server.LastClient is not null
                && cluster.Authorizations.Any(a => a.Contains(KubeconfigToken, StringComparison.Ordinal))
                && collector.Requests.Any(r => r.Headers.Values.Any(v => v.Contains(CollectorToken, StringComparison.Ordinal))),
            () => $"not all secrets are in use: {_server.LastRequest}, {_server.LastClient}, {cluster.Authorizations.Count} and {collector.Requests.Count} requests\n{string.Join('\n', apilb.Errors)}");
        await LookAsync(configuration);

        Break();
        watch.Writer.Complete();
        await apilb.SaysAsync("token file");
        await apilb.SaysAsync("client certificate");
        await apilb.SaysAsync("kubeconfig line");
        _server.Answer = Answers.Status(401, "Unauthorized");
        await LookAsync(configuration);
        await apilb.SignalAsync("TERM");
        await apilb.ExitAsync();
        _seen.AddRange(apilb.Output);
        _seen.AddRange(apilb.Errors);
        _seen.AddRange(Directory.EnumerateFiles(Path.GetDirectoryName(configuration.File)!, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".sock", StringComparison.Ordinal)).Select(File.ReadAllText));
        _seen.AddRange(collector.LogRecords.Select(r => r.At(5).Single().Text(1)));

        Assert.Contains(_seen, text => text.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.All(Secrets, secret => Assert.DoesNotContain(_seen, text => text.Contains(secret, StringComparison.Ordinal)));
    }

    /// <summary>What operators and scrapers are shown, and what commands say about the files.</summary>
    private async Task LookAsync(ConfigurationOnDisk configuration)
    {
        foreach (var command in (string[])["status -o json", "explain cp1", "events", "connections", "reload --dry-run", "reload"])
        {
            await CommandAsync($"{command} --socket {configuration.AdminSocket}");
        }

        await CommandAsync($"check --config {configuration.File}");
        await CommandAsync($"doctor --config {configuration.File}");
    }

    private async Task CommandAsync(string command)
    {
        var (_, output, errors) = await ApilbCommand.RunAsync(command);
        Assert.DoesNotContain("Unrecognized", errors, StringComparison.Ordinal);
        _seen.Add(output);
        _seen.Add(errors);
    }

    private void WriteCredentials()
    {
        Write("client.crt", _client.Certificate);
        Write("client.key", _client.Key);
        Write("token", ProbeToken);
        Write("headers", $"Authorization: Bearer {CollectorToken}\n");
        Write("kubeconfig", Kubeconfig(KubeconfigToken));
    }

    /// <summary>Each file as a slip of the hand would leave it: the message about it must not show what stands there.</summary>
    private void Break()
    {
        Write("token", $"{Broken} and more\nof it");
        Write("headers", $"{Broken} without a colon\n");
        Write("client.key", _client.Key.Replace("-----BEGIN", $"{Broken}-----BEGI", StringComparison.Ordinal));
        Write("kubeconfig", Kubeconfig($"[{Broken}"));
    }

    private void Write(string name, string text)
    {
        var path = _ca.PathOf(name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private string Kubeconfig(string token) =>
        $$"""
        clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1", certificate-authority-data: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(_ca.Pem))}} } }]
        contexts: [{ name: here, context: { cluster: c, user: u } }]
        current-context: here
        users:
        - name: u
          user:
            token: {{token}}
        """;

    private string ConfigurationText(string folder, IPEndPoint cluster, Uri collector) =>
        $$"""
        listeners:
          api: { bind: "unix:{{folder}}/listener.sock", protocol: tls, pool: control-plane }
        pools:
          control-plane:
            backends: ["cp1=127.0.0.1:{{_server.Port.ToString(CultureInfo.InvariantCulture)}}"]
            health:
              type: kube-apiserver
              caFile: {{_ca.File}}
              tokenFile: {{_ca.PathOf("token")}}
              interval: 200ms
              fastInterval: 100ms
          certified:
            backends: ["cp2=127.0.0.1:{{_server.Port.ToString(CultureInfo.InvariantCulture)}}"]
            health:
              type: kube-apiserver
              caFile: {{_ca.File}}
              freshConnectionEvery: 1
              clientCertificateFile: {{_ca.PathOf("client.crt")}}
              clientKeyFile: {{_ca.PathOf("client.key")}}
              interval: 200ms
              fastInterval: 100ms
          found:
            backends: ["first={{cluster}}"]
            health: { type: tcp }
            discovery: { kubernetes: { kubeconfig: {{_ca.PathOf("kubeconfig")}} } }
        etcd: { members: ["127.0.0.1:1"], caFile: {{_ca.File}}, clientCertificateFile: {{_ca.PathOf("client.crt")}}, clientKeyFile: {{_ca.PathOf("client.key")}} }
        otlp: { endpoint: "{{collector}}", headersFile: {{_ca.PathOf("headers")}}, interval: 1s }
        stateDirectory: {{folder}}/state
        admin: { socket: {{folder}}/admin.sock, listen: none }
        """;
}
