namespace ApiLb.EndToEndTests;

/// <summary>The tree that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>Where ApiLb.sln lies.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? "/";
    }
}
