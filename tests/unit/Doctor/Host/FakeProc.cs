using ApiLb.Doctor.Host;

namespace ApiLb.UnitTests.Doctor.Host;

/// <summary>What a kernel tells, in a folder that is gone when the test is over.</summary>
internal sealed class FakeProc : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-proc-");

    public ProcFiles Files => new(_folder.FullName);

    public FakeProc With(string path, string content)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content + "\n");
        return this;
    }

    /// <summary>A process with this name that holds these sockets.</summary>
    public FakeProc WithProcess(int id, string name, params long[] sockets)
    {
        With($"{id}/comm", name);
        var descriptors = Directory.CreateDirectory(Path.Combine(_folder.FullName, $"{id}/fd"));
        foreach (var (index, inode) in sockets.Index())
        {
            File.CreateSymbolicLink(Path.Combine(descriptors.FullName, $"{index}"), $"socket:[{inode}]");
        }

        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
