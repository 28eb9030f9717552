using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Backends;

/// <summary>The web servers behind every balancer: one nginx with one worker, one port per backend, everything served from memory.</summary>
internal sealed class NginxBackends : IAsyncDisposable
{
    public const string SmallPath = "/1k";
    public const string LargePath = "/64m";
    private const int SmallBytes = 1024;
    private const int LargeBytes = 64 * 1024 * 1024;
    private const int Count = 2;

    private readonly ChildProcess _process;

    private NginxBackends(ChildProcess process, IReadOnlyList<IPEndPoint> endPoints, X509Certificate2? certificate)
    {
        _process = process;
        EndPoints = endPoints;
        Certificate = certificate;
    }

    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>The certificate of the backends; null when they speak plain text.</summary>
    public X509Certificate2? Certificate { get; }

    public static async Task<NginxBackends> StartAsync(string directory, bool isTls, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var endPoints = Enumerable.Range(0, Count).Select(_ => FreePort.Next()).ToArray();
        var certificate = isTls ? BackendCertificate.Write($"{directory}/tls.crt", $"{directory}/tls.key") : null;
        await File.WriteAllTextAsync($"{directory}/nginx.conf", Configuration(directory, endPoints, isTls), cancellationToken);
        await File.WriteAllBytesAsync($"{directory}{LargePath}", new byte[LargeBytes], cancellationToken);

        var backends = new NginxBackends(
            ChildProcess.Start(new Launch("nginx", ["-p", directory, "-e", "stderr", "-c", $"{directory}/nginx.conf"])), endPoints, certificate);
        foreach (var endPoint in endPoints)
        {
            await FirstAnswer.WaitAsync(endPoint, certificate, backends._process, cancellationToken);
        }

        return backends;
    }

    /// <summary>Signal 9 to the worker and its master at once, as a machine that dies.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        var ids = string.Join(' ', new ProcessTree(_process.Id).Ids());
        await Tool.RunAsync(new Launch("kill", ["-9", .. ids.Split(' ')]), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Certificate?.Dispose();
    }

    private static string Configuration(string directory, IEnumerable<IPEndPoint> endPoints, bool isTls)
    {
        var scheme = isTls ? " ssl" : "";
        var listen = string.Join("\n", endPoints.Select(endPoint => $"        listen {endPoint}{scheme} backlog=4096;"));
        var tls = isTls ? $"        ssl_certificate {directory}/tls.crt;\n        ssl_certificate_key {directory}/tls.key;" : "";
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {{user}}
            daemon off;
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid {{directory}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 19000; }
            http {
                access_log off;
                default_type application/octet-stream;
                client_body_temp_path {{directory}}/client_body;
                proxy_temp_path {{directory}}/proxy;
                fastcgi_temp_path {{directory}}/fastcgi;
                uwsgi_temp_path {{directory}}/uwsgi;
                scgi_temp_path {{directory}}/scgi;
                sendfile on;
                tcp_nopush on;
                tcp_nodelay on;
                open_file_cache max=4 inactive=1h;
                keepalive_timeout 1h;
                keepalive_requests 1000000000;
                server {
            {{listen}}
            {{tls}}
                    location = {{SmallPath}} { return 200 "{{new string('x', SmallBytes)}}"; }
                    location = {{LargePath}} { root {{directory}}; }
                    location /v1/ { return 200; }
                }
            }

            """);
    }
}
