using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb drain BACKEND</c>: before a host is taken down.</summary>
internal static class DrainCommand
{
    private const string Summary =
        $"""
        Send a backend no new connections: it is still checked, and its established connections end after a grace.

        Example: apilb drain cp1 --grace 30s --pace 50 --wait
        Exit codes: 0 done; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}; 5 --wait took too long.
        """;

    public static Command Create() => new OrderCommand("drain")
        .With(OrderOption.For()).With(OrderOption.Grace()).With(OrderOption.Pace()).WithWait(BackendGoal.Empty).Create(Summary);
}
