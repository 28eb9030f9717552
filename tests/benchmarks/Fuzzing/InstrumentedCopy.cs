using System.Diagnostics;
using System.Globalization;
using SharpFuzz;

namespace ApiLb.Benchmarks.Fuzzing;

/// <summary>
/// This program once more, with assemblies that tell which of their branches run: SharpFuzz rewrites them in a copy. Each target has a
/// process of its own, for there is one map of branches.
/// </summary>
internal static class InstrumentedCopy
{
    private const string Mark = "APILB_FUZZ_INSTRUMENTED";

    private static readonly string[] Assemblies = ["apilb.dll", "YamlDotNet.dll", "Google.Protobuf.dll"];

    public static bool IsThis => Environment.GetEnvironmentVariable(Mark) is not null;

    public static int Run(IEnumerable<string> targets, int seed, long inputs)
    {
        var folder = Path.Combine(FuzzArtifacts.Folder, "instrumented");
        Make(folder);
        return targets.Max(target => Run(folder, target, seed, inputs));
    }

    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (var assembly in Assemblies)
        {
            // Generated regular expressions are as large as the parsers, and tell nothing that their callers do not.
            var types = Fuzzer.Instrument(Path.Combine(folder, assembly), type => !type.StartsWith("System.Text.RegularExpressions", StringComparison.Ordinal), Options.Value);
            Console.WriteLine($"{assembly}: {types.Count()} types instrumented");
        }
    }

    private static int Run(string folder, string target, int seed, long inputs)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(folder, "ApiLb.Benchmarks.dll"), "fuzz", "--guided", "--parser", target,
                "--seed", seed.ToString(CultureInfo.InvariantCulture), "--inputs", inputs.ToString(CultureInfo.InvariantCulture),
            },
            Environment = { [Mark] = "1" },
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
