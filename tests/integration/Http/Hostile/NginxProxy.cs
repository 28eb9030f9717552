using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>A real nginx as an HTTP proxy in front of one backend, on unix sockets: one in the clear, one with TLS and HTTP/2.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-nginx-");
    private readonly Process _process;

    private NginxProxy(int backendPort, ListenerTlsOptions tls)
    {
        File.WriteAllText(PathOf("nginx.conf"), Configuration(backendPort, tls));
        _process = Process.Start(new ProcessStartInfo("nginx", ["-c", PathOf("nginx.conf"), "-p", _folder.FullName])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }

    public EndPoint EndPoint => new UnixDomainSocketEndPoint(PathOf("plain.sock"));

    public EndPoint TlsEndPoint => new UnixDomainSocketEndPoint(PathOf("tls.sock"));

    public static async Task<NginxProxy> StartAsync(int backendPort, ListenerTlsOptions tls)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(d => File.Exists(Path.Combine(d, "nginx")));
        Assert.SkipWhen(!isThere && Environment.GetEnvironmentVariable("CI") != "true", "nginx is missing: install the package 'nginx'.");
        NginxProxy nginx = new(backendPort, tls);
        await Eventually.HoldsAsync(
            () => Accepts(nginx.EndPoint) && Accepts(nginx.TlsEndPoint),
            () => nginx._process.HasExited ? nginx._process.StandardError.ReadToEnd() : "nginx does not accept");
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static bool Accepts(EndPoint endPoint)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    // In one process: nothing is left behind when it is killed.
    private string Configuration(int backendPort, ListenerTlsOptions tls) =>
        $$"""
        daemon off;
        master_process off;
        pid {{PathOf("pid")}};
        error_log stderr crit;
        events { worker_connections 512; }
        http {
          access_log off;
          server_tokens off;
          client_header_timeout 2s;
          client_body_timeout 2s;
          keepalive_timeout 5s;
          client_body_temp_path {{PathOf("body")}};
          proxy_temp_path {{PathOf("proxy")}};
          fastcgi_temp_path {{PathOf("fastcgi")}};
          uwsgi_temp_path {{PathOf("uwsgi")}};
          scgi_temp_path {{PathOf("scgi")}};
          server {
            listen unix:{{PathOf("plain.sock")}};
            listen unix:{{PathOf("tls.sock")}} ssl http2;
            ssl_certificate {{tls.CertificateFile}};
            ssl_certificate_key {{tls.KeyFile}};
            location / {
              proxy_pass http://127.0.0.1:{{backendPort}};
              proxy_http_version 1.1;
              proxy_set_header Host $http_host;
              proxy_set_header Connection "";
            }
          }
        }

        """;
}
