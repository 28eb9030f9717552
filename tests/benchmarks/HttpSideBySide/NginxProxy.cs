using System.Net;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>nginx as an HTTP proxy with one worker: one that forwards everything, or one that looks at requests as ApiLb does in the comparison.</summary>
internal static class NginxProxy
{
    private const string Forward = """
        proxy_pass http://bench;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        """;

    /// <param name="place">Folder and ports.</param>
    /// <param name="backends">Who answers.</param>
    /// <param name="hasRoutes">By host and path, with a limit of connections and of requests for each client, and a list of those who are denied.</param>
    public static string Configuration(HttpPlace place, IReadOnlyList<IPEndPoint> backends, bool hasRoutes)
    {
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        return $$"""
            {{user}}
            daemon off;
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid {{place.PathOf("nginx.pid")}};
            error_log stderr warn;
            events { worker_connections 19000; }
            http {
                access_log off;
                client_body_temp_path {{place.PathOf("body")}};
                proxy_temp_path {{place.PathOf("proxy")}};
                fastcgi_temp_path {{place.PathOf("fastcgi")}};
                uwsgi_temp_path {{place.PathOf("uwsgi")}};
                scgi_temp_path {{place.PathOf("scgi")}};
                keepalive_timeout 1h;
                keepalive_requests 1000000000;
                upstream bench {
                    least_conn;
                    {{string.Join("\n        ", backends.Select(b => $"server {b};"))}}
                    keepalive 256;
                    keepalive_requests 1000000000;
                }
                {{(hasRoutes ? Routes(place) : Everything(place))}}
            }

            """;
    }

    private static string Everything(HttpPlace place) =>
        $$"""
        server {
            {{Listen(place, isDefault: true)}}
            location / { {{Forward}} }
        }
        """;

    private static string Routes(HttpPlace place) =>
        $$"""
        limit_conn_zone $binary_remote_addr zone=clients:1m;
        limit_req_zone $binary_remote_addr zone=requests:1m rate=100000r/s;
        limit_conn clients 9000;
        server {
            {{Listen(place, isDefault: false)}}
            server_name other.example.com;
            location / { {{Forward}} }
        }
        server {
            {{Listen(place, isDefault: false)}}
            server_name *.example.org;
            location /api { {{Forward}} }
        }
        server {
            {{Listen(place, isDefault: true)}}
            location /1k {
                deny 192.0.2.0/24;
                limit_req zone=requests burst=100000 nodelay;
                {{Forward}}
            }
            location / { {{Forward}} }
        }
        """;

    private static string Listen(HttpPlace place, bool isDefault)
    {
        // The backlog of an address is said once for all servers that share it.
        var options = isDefault ? "default_server backlog=4096" : "";
        return $"""
            listen {place.Plain} {options};
            listen {place.Tls} ssl http2 {options};
            ssl_certificate {place.Certificate};
            ssl_certificate_key {place.Key};
            """;
    }
}
