using System.Net;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>nginx with its stream module: a master and one worker, which together are measured.</summary>
internal sealed class NginxStreamBalancer : IBalancer
{
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    public string Name => "nginx";

    public async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var output = await Tool.RunAsync(new Launch("nginx", ["-v"]), cancellationToken);
        return output.Trim().Replace("nginx version: ", "", StringComparison.Ordinal);
    }

    public Launch Prepare(string directory, IPEndPoint listener, IReadOnlyList<IPEndPoint> backends, bool isTls)
    {
        // Debian ships the module as a file of its own; other builds compile it in.
        var module = File.Exists(StreamModule) ? $"load_module {StreamModule};" : "";
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var servers = string.Join("\n", backends.Select(backend => $"        server {backend};"));
        File.WriteAllText($"{directory}/nginx.conf", $$"""
            {{module}}
            {{user}}
            daemon off;
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid {{directory}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 19000; }
            stream {
                upstream bench {
                    least_conn;
            {{servers}}
                }
                server {
                    listen {{listener}} backlog=4096;
                    tcp_nodelay on;
                    proxy_connect_timeout 10s;
                    proxy_timeout 1h;
                    proxy_pass bench;
                }
            }

            """);
        return new Launch("nginx", ["-p", directory, "-e", "stderr", "-c", $"{directory}/nginx.conf"]);
    }
}
