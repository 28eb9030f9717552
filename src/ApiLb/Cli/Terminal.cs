using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>What standard output can show: colours and a width on a terminal, plain text of any width in a pipe.</summary>
internal static class Terminal
{
    private const int Unlimited = 10_000;

    public static IAnsiConsole NewConsole(TextWriter writer) =>
        Console.IsOutputRedirected ? NewConsole(writer, Unlimited, hasColours: false) : NewConsole(writer, Console.WindowWidth, WantsColours());

    public static IAnsiConsole NewConsole(TextWriter writer, int width, bool hasColours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width > 0 ? width : Unlimited;
        return console;
    }

    /// <summary>https://no-color.org: any value but the empty one means none.</summary>
    private static bool WantsColours() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);
}
