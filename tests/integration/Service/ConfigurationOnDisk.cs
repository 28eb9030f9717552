using System.Net;
using System.Net.Sockets;

namespace ApiLb.IntegrationTests.Service;

/// <summary>A configuration file, and the socket on which its one listener takes clients.</summary>
internal sealed class ConfigurationOnDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-service-");

    private ConfigurationOnDisk(Func<string, string> text)
    {
        System.IO.File.WriteAllText(File, text(_folder.FullName));
    }

    public string File => Path.Combine(_folder.FullName, "apilb.yaml");

    public string AdminSocket => Path.Combine(_folder.FullName, "admin.sock");

    public EndPoint Listener => new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "listener.sock"));

    public static ConfigurationOnDisk Of(string text) => new(_ => text);

    /// <param name="text">Given the folder of the file.</param>
    public static ConfigurationOnDisk In(Func<string, string> text) => new(text);

    /// <summary>A tcp listener on a unix socket, one backend on loopback, the admin surface on its socket only.</summary>
    public static ConfigurationOnDisk For(int backendPort) => new(folder =>
        $$"""
        listeners:
          api:
            bind: "unix:{{folder}}/listener.sock"
            protocol: tcp
            pool: control-plane
        pools:
          control-plane:
            backends: ["cp1=127.0.0.1:{{backendPort}}"]
            health: { type: tcp }
        admin:
          socket: {{folder}}/admin.sock
          listen: none
        shutdown:
          grace: 10m
        transport:
          reactors: 1
        """);

    /// <summary>Edits the file, as a whole, as an editor does.</summary>
    public void Replace(string old, string changed)
    {
        var text = System.IO.File.ReadAllText(File);
        Xunit.Assert.Contains(old, text, StringComparison.Ordinal);
        Write(text.Replace(old, changed, StringComparison.Ordinal));
    }

    /// <summary>Puts another text in the file's place.</summary>
    public void Write(string text)
    {
        System.IO.File.WriteAllText(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
