using System.CommandLine;

namespace ApiLb.Cli;

/// <summary><c>apilb weight BACKEND N</c>: a backend's share of new connections.</summary>
internal static class WeightCommand
{
    private const string Summary =
        $"""
        Change a backend's share of new connections: 0 (none) to 256, or 'configured' for what the configuration says.

        Example: apilb weight cp1 5 --for 1h
        Exit codes: 0 done; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}.
        """;

    public static Command Create() => new OrderCommand("weight")
        .With(new Argument<string>("WEIGHT") { Description = "0 to 256, or configured" }, "weight").With(OrderOption.For()).Create(Summary);
}
