using System.Globalization;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>ApiLb and nginx, each with and without TLS in front of a recorder of its own.</summary>
public sealed class Proxies : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();

    internal RecordingBackend BehindApiLb { get; } = new();

    internal RecordingBackend BehindNginx { get; } = new();

    internal RunningDaemon ApiLb { get; private set; } = null!;

    internal RunningDaemon ApiLbWithTls { get; private set; } = null!;

    /// <summary>For listeners of a test's own.</summary>
    internal ListenerTlsOptions Tls { get; private set; } = null!;

    internal NginxProxy Nginx { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Tls = HttpSetup.Tls(_ca, "localhost");
        ApiLb = await RunningDaemon.StartAsync(HttpSetup.Http(BehindApiLb.Options));
        ApiLbWithTls = await RunningDaemon.StartAsync(HttpSetup.Https(Tls, BehindApiLb.Options));
        Nginx = await NginxProxy.StartAsync(BehindNginx.Port, Tls);
    }

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        await ApiLbWithTls.DisposeAsync();
        await ApiLb.DisposeAsync();
        await BehindNginx.DisposeAsync();
        await BehindApiLb.DisposeAsync();
        _ca.Dispose();
    }

    /// <summary>What ApiLb has refused in the clear, by Kestrel's word or its own.</summary>
    internal async Task<long> RefusalsAsync()
    {
        using HttpClient http = new();
        var text = await http.GetStringAsync(new Uri($"http://{ApiLb.Daemon.AdminEndPoint}/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith("apilb_http_bad_requests_total{", StringComparison.Ordinal) || line.Contains("reason=\"bad_request\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>What ApiLb has counted against clients with TLS.</summary>
    internal async Task<IReadOnlyDictionary<string, long>> FaultsAsync()
    {
        using HttpClient http = new();
        var text = await http.GetStringAsync(new Uri($"http://{ApiLbWithTls.Daemon.AdminEndPoint}/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith("apilb_http_client_faults_total{", StringComparison.Ordinal) || line.StartsWith("apilb_http_bad_requests_total{", StringComparison.Ordinal) || line.Contains("reason=\"bad_request\"", StringComparison.Ordinal))
            .ToDictionary(line => line.Split(' ')[0], line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether one more connection was ended for this reason, or for none but some stream refused.</summary>
    internal static bool IsCounted(string reason, IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> now) =>
        now.Any(sample => sample.Key.Contains($"reason=\"{reason}\"", StringComparison.Ordinal) == reason.Length > 0 && sample.Value > before.GetValueOrDefault(sample.Key));

    /// <summary>Somebody else is served over HTTP/2.</summary>
    internal static async Task ServesAsync(RunningDaemon daemon)
    {
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Get, daemon.Uri("/healthy", "https")) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
    }
}
