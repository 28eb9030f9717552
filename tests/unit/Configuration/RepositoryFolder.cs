namespace ApiLb.UnitTests.Configuration;

/// <summary>Finds files of the source tree from a test, wherever the tree was built.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathTo(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "ApiLb.sln"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the source tree"));
}
