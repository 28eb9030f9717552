using ApiLb.Cli;

namespace ApiLb;

/// <summary>The entry point of <c>apilb</c>: hands the arguments to the command line.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => CommandLine.InvokeAsync(args);
}
