using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ApiLb.Fuzzing;

namespace ApiLb.Benchmarks.Fuzzing;

/// <summary>The verb <c>fuzz</c>: as many inputs for a parser as one has patience for. The unit tests try the first of them.</summary>
internal static class FuzzCommand
{
    private const long Batch = 100_000;

    public static Command Create()
    {
        var names = string.Join(", ", FuzzRun.Parsers.Select(parser => parser.Name));
        var parser = new Option<string?>("--parser") { Description = $"Only this one of: {names}." };
        var inputs = new Option<long>("--inputs") { Description = "Inputs for each parser.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Another one makes other inputs.", DefaultValueFactory = _ => 1 };
        var first = new Option<long>("--first") { Description = "The number of the first input, to try one again.", DefaultValueFactory = _ => 0 };
        var guided = new Option<bool>("--guided")
        {
            Description = "Guided by coverage, in an instrumented copy: inputs that reach new code are damaged further, and written to artifacts/fuzz. Not for client-hello and proxy-header.",
        };
        var command = new Command("fuzz", "Tries damaged inputs on the parsers that read bytes from strangers.") { parser, inputs, seed, first, guided };
        command.SetAction(result =>
        {
            var chosen = FuzzRun.Parsers.Where(p => result.GetValue(parser) is not { } name || p.Name == name).ToArray();
            if (chosen.Length == 0)
            {
                Console.Error.WriteLine($"no such parser; there are {names}");
                return 1;
            }

            if (!result.GetValue(guided))
            {
                return Run(chosen, result.GetValue(seed), result.GetValue(first), result.GetValue(inputs));
            }

            var targets = chosen.OfType<CorpusFuzz>().ToArray();
            return InstrumentedCopy.IsThis
                ? targets.Max(target => GuidedFuzz.Run(target, result.GetValue(seed), result.GetValue(inputs)))
                : InstrumentedCopy.Run(targets.Select(target => target.Name), result.GetValue(seed), result.GetValue(inputs));
        });
        return command;
    }

    /// <summary>All of them, also when one fails: the run is long.</summary>
    private static int Run(IFuzzedParser[] parsers, int seed, long first, long inputs)
    {
        var hasFailed = false;
        foreach (var parser in parsers)
        {
            hasFailed |= !HoldsFor(parser, seed, first, inputs);
        }

        return hasFailed ? 1 : 0;
    }

    private static bool HoldsFor(IFuzzedParser parser, int seed, long first, long inputs)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            Parallel.For(0, (inputs + Batch - 1) / Batch, batch =>
                FuzzRun.Run(parser, seed, first + (batch * Batch), Math.Min(Batch, inputs - (batch * Batch))));
        }
        catch (AggregateException failures)
        {
            var failure = failures.InnerExceptions[0];
            Console.Error.WriteLine(failure.Message);
            if (failure.InnerException is FuzzFailedException { Input: { } input })
            {
                FuzzArtifacts.KeepFailure(parser, input);
            }

            return false;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{parser.Name}: {inputs} inputs of seed {seed}, no failure, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        return true;
    }
}
