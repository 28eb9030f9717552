using System.Security.Cryptography;
using ApiLb.Fuzzing;

namespace ApiLb.Benchmarks.Fuzzing;

/// <summary><c>artifacts/fuzz</c>: what runs found, a folder for each target. What is worth keeping goes into <c>tests/fuzzing/corpus</c> by hand.</summary>
internal static class FuzzArtifacts
{
    private const int MostTries = 20_000;

    public static string Folder { get; } = FuzzCorpus.PathTo("artifacts", "fuzz");

    /// <summary>Writes an input that fails, made as small as it still does where that can be tried, and says where.</summary>
    public static void KeepFailure(IFuzzedParser parser, byte[] input)
    {
        if (parser is not CorpusFuzz target)
        {
            Console.Error.WriteLine($"kept in {Keep(parser, "failure", input)}");
            return;
        }

        var smallest = FuzzShrink.Shrink(input, other => FailureOf(target, other) is not null, MostTries);
        var file = Keep(target, "failure", smallest);
        Console.Error.WriteLine($"the smallest that fails: {FailureOf(target, smallest)}{Environment.NewLine}kept in {file}");
    }

    public static string Keep(IFuzzedParser parser, string kind, byte[] input)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, parser.Name, kind));
        var file = Path.Combine(folder.FullName, Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
        File.WriteAllBytes(file, input);
        return file;
    }

    public static string? FailureOf(CorpusFuzz target, byte[] input)
    {
        try
        {
            target.Try(input);
            return null;
        }
        catch (FuzzFailedException failure)
        {
            return failure.Message;
        }
    }
}
