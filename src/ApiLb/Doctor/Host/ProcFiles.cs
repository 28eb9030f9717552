namespace ApiLb.Doctor.Host;

/// <summary>Reads what the kernel tells about this host. What cannot be read is null, never an exception.</summary>
/// <param name="root"><c>/proc</c>, or a folder of a test.</param>
internal sealed class ProcFiles(string root = "/proc")
{
    /// <summary>The text of a file without the blanks around it.</summary>
    /// <param name="path">Below the root.</param>
    public string? Read(string path)
    {
        try
        {
            return string.Join('\n', File.ReadLines(Path.Combine(root, path))).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The whole number that a file holds.</summary>
    public long? ReadNumber(string path) => long.TryParse(Read(path), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>All processes of which something can be read.</summary>
    public IEnumerable<int> Processes() =>
        from folder in Directory.EnumerateDirectories(root)
        let id = int.TryParse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0
        select id;

    /// <summary>What the descriptors of a process point to, such as <c>socket:[4711]</c>; nothing without the permission to look.</summary>
    public IReadOnlyList<string> Descriptors(int process)
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(root, $"{process}/fd")).EnumerateFileSystemInfos().Select(f => f.LinkTarget ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
