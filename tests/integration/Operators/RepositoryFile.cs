namespace ApiLb.IntegrationTests.Operators;

/// <summary>Files of the repository that the tests are built in.</summary>
internal static class RepositoryFile
{
    public static string PathTo(params string[] path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine([directory?.FullName ?? throw new InvalidOperationException("ApiLb.sln is not above the tests"), .. path]);
    }
}
