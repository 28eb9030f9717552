using System.Text;

namespace ApiLb.UnitTests.Configuration;

/// <summary>A file that is gone when the test is over.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string folder, byte[] content)
    {
        Path = System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
        File.WriteAllBytes(Path, content);
    }

    public TemporaryFile(string folder, string content)
        : this(folder, Encoding.UTF8.GetBytes(content))
    {
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
