using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A real HAProxy with a configuration of the test's.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private const string Defaults =
        """
        defaults
          mode tcp
          timeout connect 5s
          timeout client 30s
          timeout server 30s

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-haproxy-");
    private readonly Process _process;

    private HaProxy(string[] launcher, string configuration)
    {
        var file = Path.Combine(_folder.FullName, "haproxy.cfg");
        File.WriteAllText(file, Defaults + configuration + "\n");
        string[] command = [.. launcher, "haproxy", "-db", "-f", file];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <param name="configuration">Sections after the defaults.</param>
    /// <param name="listens">Waited for.</param>
    public static async Task<HaProxy> StartAsync(string configuration, params IPEndPoint[] listens)
    {
        SkipWithoutHaProxy();
        HaProxy haProxy = new([], configuration);
        foreach (var endPoint in listens)
        {
            await Eventually.HoldsAsync(() => Accepts(endPoint), () => $"HAProxy does not listen on {endPoint}: {haProxy.Complaints()}");
        }

        return haProxy;
    }

    /// <param name="launcher">A command that runs another, which is the rest of its arguments.</param>
    /// <param name="configuration">Sections after the defaults.</param>
    public static HaProxy StartBy(string[] launcher, string configuration)
    {
        SkipWithoutHaProxy();
        return new HaProxy(launcher, configuration);
    }

    /// <summary>An address of loopback at which nobody listens now.</summary>
    public static IPEndPoint NewEndPoint()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void SkipWithoutHaProxy()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, "haproxy")));
        Assert.SkipWhen(!isThere && Environment.GetEnvironmentVariable("CI") != "true", "haproxy is missing: install the package 'haproxy'.");
    }

    private static bool Accepts(IPEndPoint endPoint)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
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

    private string Complaints() => _process.HasExited ? _process.StandardError.ReadToEnd() : "it runs";
}
