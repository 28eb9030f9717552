using System.CommandLine;

namespace ApiLb.Cli.Output;

/// <summary><c>--output</c>, the same for every command that prints data.</summary>
internal static class OutputOption
{
    public const string Name = "--output";

    public static Option<OutputFormat> Create() => ChoiceOption.Create<OutputFormat>(Name, "table (the default), for people; json or csv, for scripts", "-o");
}
