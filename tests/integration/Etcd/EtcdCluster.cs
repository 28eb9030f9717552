using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>A real etcd of some members, and a client of it. When it goes, so do its processes and folders.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-etcd-");
    private readonly IReadOnlyList<string> _flags;

    private EtcdCluster(int members, string[] flags)
    {
        _flags = flags;
        var (certificate, key) = Ca.IssueClient("apilb");
        File.WriteAllText(ClientCertificateFile, certificate);
        File.WriteAllText(ClientKeyFile, key);
        Members.AddRange(Enumerable.Range(1, members).Select(NewMember));
    }

    public ClusterCa Ca { get; } = new();

    public List<EtcdProcess> Members { get; } = [];

    public string ClientCertificateFile => Ca.PathOf("client.crt");

    public string ClientKeyFile => Ca.PathOf("client.key");

    public EtcdOptions Watched => new()
    {
        Members = [.. Members.Select(m => m.Member)],
        CaFile = Ca.File,
        ClientCertificateFile = ClientCertificateFile,
        ClientKeyFile = ClientKeyFile,
        Interval = TimeSpan.FromMilliseconds(300),
    };

    public EtcdOptions WatchedByMetrics => new()
    {
        MetricsUrls = [.. Members.Select(m => new Uri($"http://{m.Host}:{m.MetricsPort}"))],
        Interval = TimeSpan.FromMilliseconds(300),
    };

    public static async Task<EtcdCluster> StartAsync(int members, params string[] flags)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, "etcd")));
        Assert.SkipWhen(!isThere && Environment.GetEnvironmentVariable("CI") != "true", "etcd is missing: install the package 'etcd-server'.");
        EtcdCluster cluster = new(members, flags);
        try
        {
            cluster.Members.ForEach(m => m.Start(cluster.Members));
            await cluster.AnsweringAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A member that is not started yet.</summary>
    public EtcdProcess NewMember(int number) => new(number, Ca, _folder.FullName, _flags);

    /// <summary>One request to the JSON gateway of a member, or of whoever listens there.</summary>
    /// <returns>The answer, whatever its status.</returns>
    public async Task<(int Status, JsonElement Body)> PostAsync(string host, int port, string path, object body)
    {
        using var http = NewClient();
        using var answer = await http.PostAsJsonAsync(new Uri($"https://{host}:{port}/v3/{path}"), body, JsonSerializerOptions.Default);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<(int Status, JsonElement Body)> PostAsync(EtcdProcess member, string path, object body) =>
        PostAsync(member.Host, member.ClientPort, path, body);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        Ca.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AnsweringAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await HasLeaderAsync())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"etcd has no leader after {Patience}:\n{string.Join('\n', Members.Select(m => m.LastWords()))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private async Task<bool> HasLeaderAsync()
    {
        try
        {
            foreach (var member in Members)
            {
                var (_, status) = await PostAsync(member, "maintenance/status", new { });
                if (!status.TryGetProperty("leader", out _))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            return false;
        }
    }

    private HttpClient NewClient()
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(Ca.Pem);
        SslClientAuthenticationOptions tls = new()
        {
            CertificateChainPolicy = policy,
            ClientCertificates = [X509Certificate2.CreateFromPemFile(ClientCertificateFile, ClientKeyFile)],
        };
        return new HttpClient(new SocketsHttpHandler { SslOptions = tls }) { Timeout = TimeSpan.FromSeconds(10) };
    }
}
