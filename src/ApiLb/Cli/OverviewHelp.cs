using System.CommandLine;
using System.CommandLine.Invocation;

namespace ApiLb.Cli;

/// <summary>The help of <c>apilb</c> itself: one line for each command. That of a command is the library's, whose overview has all of every summary.</summary>
/// <param name="ofCommand">Prints the help of one command.</param>
internal sealed class OverviewHelp(CommandLineAction? ofCommand) : SynchronousCommandLineAction
{
    private const int NarrowTerminal = 80;

    /// <summary>Before the name and after it.</summary>
    private const int Margins = 4;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return ofCommand is SynchronousCommandLineAction action ? action.Invoke(parseResult) : ExitCode.Failure;
        }

        parseResult.InvocationConfiguration.Output.WriteLine(TextOf(root));
        return ExitCode.Success;
    }

    public static string TextOf(RootCommand root)
    {
        var width = root.Subcommands.Max(c => c.Name.Length);
        var commands = root.Subcommands.Select(c => $"  {c.Name.PadRight(width)}  {Fit(FirstSentence(c), NarrowTerminal - width - Margins)}");
        return $"""
            {root.Description}

            Usage: apilb COMMAND [options]

            {string.Join('\n', commands)}

            'apilb COMMAND --help' tells its options, an example and its exit codes.
            """;
    }

    /// <summary>Up to the first full stop, colon or semicolon: what does not fit a line is for the command's own help.</summary>
    private static string FirstSentence(Command command)
    {
        var text = command.Description ?? "";
        var end = text.AsSpan().IndexOfAny(":;\n");
        var stop = text.IndexOf(". ", StringComparison.Ordinal);
        end = stop >= 0 && (end < 0 || stop < end) ? stop : end;
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    /// <summary>Up to the last comma, or else the last blank, that leaves it short enough.</summary>
    private static string Fit(string text, int room)
    {
        if (text.Length <= room)
        {
            return text;
        }

        var comma = text.LastIndexOf(',', room);
        return text[..(comma > 0 ? comma : text.LastIndexOf(' ', room))];
    }
}
