using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb probe BACKEND</c>: a check now.</summary>
internal static class ProbeCommand
{
    private const string Summary =
        $"""
        Check a backend now: not when its turn comes. Tells how that ended.

        Example: apilb probe cp1
        Exit codes: 0 the check has ended, whatever it found; 1 wrong arguments, no such backend, or no check ended in time; {AdminOption.ExitCodes}.
        """;

    public static Command Create() => new OrderCommand("probe").Create(Summary);
}
