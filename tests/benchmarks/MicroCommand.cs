using System.CommandLine;
using BenchmarkDotNet.Running;

namespace ApiLb.Benchmarks;

/// <summary>The verb <c>micro</c>: hands everything after it to BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "Passed on to BenchmarkDotNet, for example --filter '*Pick*'. Write -- before them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("micro", "Runs the micro benchmarks of this assembly with BenchmarkDotNet.") { arguments };
        command.SetAction(result => Run(result.GetValue(arguments) ?? []));
        return command;
    }

    private static int Run(string[] arguments)
    {
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments);
        return summaries.Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
    }
}
