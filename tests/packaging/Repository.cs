namespace ApiLb.PackagingTests;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("ApiLb.sln is not above the tests");
        }

        return directory.FullName;
    }
}
