using System.Diagnostics;
using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>A real nginx as a backend: files, ranges, and its own name at <c>/name</c>.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-nginx-");
    private readonly Process _process;

    private Nginx(string name)
    {
        var endPoint = HaProxy.NewEndPoint();
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", endPoint.Port) };
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var file = Path.Combine(_folder.FullName, "nginx.conf");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "files"));
        File.WriteAllText(file, $$"""
            {{user}}
            daemon off;
            master_process off;
            pid {{_folder.FullName}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 512; }
            http {
                access_log off;
                default_type text/plain;
                client_body_temp_path {{_folder.FullName}}/body;
                proxy_temp_path {{_folder.FullName}}/proxy;
                fastcgi_temp_path {{_folder.FullName}}/fastcgi;
                uwsgi_temp_path {{_folder.FullName}}/uwsgi;
                scgi_temp_path {{_folder.FullName}}/scgi;
                server {
                    listen {{endPoint}};
                    client_max_body_size 0;
                    location = /name { return 200 "{{name}} $request_method $http_x_forwarded_for\n"; }
                    location / { root {{_folder.FullName}}/files; }
                }
            }
            """);
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", _folder.FullName, "-e", "stderr", "-c", file])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
    }

    public BackendOptions Options { get; }

    public static async Task<Nginx> StartAsync(string name)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(d => File.Exists(Path.Combine(d, "nginx")));
        Assert.SkipWhen(!isThere && Environment.GetEnvironmentVariable("CI") != "true", "nginx is missing: install the package 'nginx'.");
        Nginx nginx = new(name);
        await Eventually.HoldsAsync(nginx.Listens, () => $"nginx does not listen: {(nginx._process.HasExited ? nginx._process.StandardError.ReadToEnd() : "it runs")}");
        return nginx;
    }

    public void Write(string file, byte[] content) => File.WriteAllBytes(Path.Combine(_folder.FullName, "files", file), content);

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private bool Listens()
    {
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, Options.Address.Port));
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
