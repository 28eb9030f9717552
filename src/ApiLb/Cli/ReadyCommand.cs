using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb ready BACKEND</c>: the end of drain and maint.</summary>
internal static class ReadyCommand
{
    private const string Summary =
        $"""
        Take drain or maint back: from now on the checks of the backend decide whether it serves.

        Example: apilb ready cp1 --wait --timeout 2m
        Exit codes: 0 done; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}; 5 --wait took too long.
        """;

    public static Command Create() => new OrderCommand("ready").WithWait(BackendGoal.Serving).Create(Summary);
}
