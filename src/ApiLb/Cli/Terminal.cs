using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>What the terminal can show: colours and a width there, plain text of any width in a pipe.</summary>
internal static class Terminal
{
    private const int Unlimited = 10_000;

    /// <summary>Standard error is a terminal on which a line can be drawn again and again.</summary>
    public static bool HasErrorTerminal => !Console.IsErrorRedirected && !IsDumb;

    /// <summary>Keys and a whole screen can be had.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected && !Console.IsOutputRedirected && !IsDumb;

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is "dumb" or null;

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

    /// <summary>Prose, broken between words where the terminal ends; as it is in a pipe.</summary>
    public static string Wrapped(string text, bool isRedirected)
    {
        if (isRedirected)
        {
            return text;
        }

        using var wrapped = new StringWriter();
        var console = NewConsole(wrapped, Console.WindowWidth, hasColours: false);
        foreach (var line in text.Split('\n'))
        {
            // What is indented stays so where it goes on.
            console.Write(new Padder(new Text(line.TrimStart()), new Padding(line.Length - line.TrimStart().Length, 0, 0, 0)));
        }

        return AdminOption.Trimmed(wrapped.ToString()).TrimEnd('\n');
    }

    /// <summary>A line that fits the terminal: a longer one would leave its rest behind when it is drawn again.</summary>
    public static string Cut(string line) => Console.WindowWidth is > 1 and var width && line.Length >= width ? line[..(width - 1)] : line;

    /// <summary>https://no-color.org: any value but the empty one means none.</summary>
    public static bool WantsColours() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !IsDumb;
}
