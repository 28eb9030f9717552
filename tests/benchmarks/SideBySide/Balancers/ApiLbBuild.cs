using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>Publishes <c>apilb</c> from the source tree that these benchmarks were built from, in the form that the packages ship.</summary>
internal static class ApiLbBuild
{
    public static async Task<string> PublishAsync(string directory, CancellationToken cancellationToken)
    {
        var project = Path.Combine(FindRepository(), "src", "ApiLb");
        string[] common = ["publish", project, "-c", "Release", "-o", directory, "-v", "quiet", "-nologo"];
        string[] shipped = ["-p:PublishProfile=Package"];
        try
        {
            await Tool.RunAsync(new Launch("dotnet", [.. common, .. shipped]), cancellationToken);
        }
        catch (MeasurementFailedException failure)
        {
            // Where the runtime pack cannot be had, the figures are those of a build that needs the installed runtime, and the start is slower.
            Console.Error.WriteLine($"Self-contained publish failed, trying framework-dependent. {failure.Message}");
            await Tool.RunAsync(new Launch("dotnet", [.. common]), cancellationToken);
        }

        return Path.Combine(directory, "apilb");
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new MeasurementFailedException("No ApiLb.sln above the benchmarks; name a binary with --apilb.");
    }
}
