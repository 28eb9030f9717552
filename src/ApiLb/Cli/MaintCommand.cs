using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb maint BACKEND</c>: while a host is down on purpose.</summary>
internal static class MaintCommand
{
    private const string Summary =
        $"""
        Put a backend into maintenance: no new connections and no checks. Established connections end after a grace.

        Example: apilb maint cp1 --for 2h --wait
        Exit codes: 0 done; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}; 5 --wait took too long.
        """;

    public static Command Create() => new OrderCommand("maint")
        .With(OrderOption.For()).With(OrderOption.Grace()).With(OrderOption.Pace()).WithWait(BackendGoal.Empty).Create(Summary);
}
