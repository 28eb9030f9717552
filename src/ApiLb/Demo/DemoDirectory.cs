namespace ApiLb.Demo;

/// <summary>The demo's temporary directory, mode 0700, removed at the end: CA certificate, kubeconfig, admin socket.</summary>
internal sealed class DemoDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("apilb-demo-");

    public string Path => _directory.FullName;

    public string CaFile => System.IO.Path.Join(Path, "ca.crt");

    public string Kubeconfig => System.IO.Path.Join(Path, "kubeconfig");

    public string AdminSocket => System.IO.Path.Join(Path, "admin.sock");

    /// <summary>Writes a new file that only its owner may read.</summary>
    public static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    public void Dispose()
    {
        try
        {
            _directory.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Gone already, or someone still looks into it: the system clears its temporary files itself.
        }
    }
}
