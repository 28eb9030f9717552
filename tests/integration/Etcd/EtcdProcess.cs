using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>One real member of etcd on an address of the loopback: TLS with client certificates, its database in a folder of its own.</summary>
internal sealed class EtcdProcess : IAsyncDisposable
{
    private readonly ClusterCa _ca;
    private readonly string _folder;
    private readonly IReadOnlyList<string> _flags;
    private Process? _process;

    public EtcdProcess(int number, ClusterCa ca, string folder, IReadOnlyList<string> flags)
    {
        Name = $"e{number}";
        Host = $"127.0.0.{10 + number}";
        _ca = ca;
        _folder = Path.Combine(folder, Name);
        _flags = flags;
        (ClientPort, PeerPort, MetricsPort) = (FreePort(), FreePort(), FreePort());
        WriteCertificate();
    }

    public string Name { get; }

    public string Host { get; }

    public int ClientPort { get; }

    public int PeerPort { get; }

    public int MetricsPort { get; }

    public string PeerUrl => $"http://{Host}:{PeerPort}";

    public EtcdMemberAddress Member => new(Name, new BackendAddress(Host, ClientPort));

    /// <param name="cluster">All members; a member that was here before ignores it.</param>
    /// <param name="isNew">Whether the cluster begins with this start.</param>
    public void Start(IEnumerable<EtcdProcess> cluster, bool isNew = true)
    {
        string[] arguments =
        [
            // Whatever becomes of the runner, etcd does not outlive it for long.
            "--signal=KILL", "120", "etcd",
            "--name", Name, "--data-dir", Path.Combine(_folder, "data"), "--logger", "zap", "--log-outputs", Path.Combine(_folder, "log"),
            "--listen-client-urls", $"https://{Host}:{ClientPort}", "--advertise-client-urls", $"https://{Host}:{ClientPort}",
            "--listen-peer-urls", PeerUrl, "--initial-advertise-peer-urls", PeerUrl,
            "--listen-metrics-urls", $"http://{Host}:{MetricsPort}",
            "--initial-cluster", string.Join(',', cluster.Select(m => $"{m.Name}={m.PeerUrl}")), "--initial-cluster-state", isNew ? "new" : "existing",
            "--cert-file", Path.Combine(_folder, "tls.crt"), "--key-file", Path.Combine(_folder, "tls.key"),
            "--trusted-ca-file", _ca.File, "--client-cert-auth",
            "--heartbeat-interval", "50", "--election-timeout", "500",
            .. _flags,
        ];
        ProcessStartInfo start = new("timeout", arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillNow;
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            AppDomain.CurrentDomain.ProcessExit -= KillNow;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>What its log ends with, for messages.</summary>
    public string LastWords() => Path.Combine(_folder, "log") is var log && File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(3)) : "no log";

    /// <summary>Should the runner end before the test does.</summary>
    private void KillNow(object? sender, EventArgs e) => _process?.Kill(entireProcessTree: true);

    private void WriteCertificate()
    {
        Directory.CreateDirectory(_folder);
        using var certificate = _ca.Issue("127.0.0.1", Host, "localhost");
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private int FreePort()
    {
        using TcpListener listener = new(IPAddress.Parse(Host), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
