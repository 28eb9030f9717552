using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb kill BACKEND</c>: reset what a backend serves.</summary>
internal static class KillCommand
{
    private const string Summary =
        $"""
        Reset the connections that a backend serves now; their clients come back at once. To keep new ones away, drain it instead.

        Example: apilb kill cp1 --pace 100
        Exit codes: 0 begun; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}.
        """;

    public static Command Create() => new OrderCommand("kill").With(OrderOption.Pace()).Create(Summary);
}
