using Spectre.Console;
using Spectre.Console.Rendering;

namespace ApiLb.Demo.View;

/// <summary>
/// The whole terminal, on its alternate screen: what stood there comes back at the end. Each frame overwrites the one before
/// it in one write, so that nothing flickers and a changed window size does no harm.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[?25h\e[?1049l";

    // Between these two a terminal that knows them shows nothing half-done; the others ignore them.
    private const string BeginFrame = "\e[?2026h\e[H";
    private const string EndFrame = "\e[J\e[?2026l";

    private readonly bool _hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public LiveScreen() => Console.Out.Write(Enter);

    /// <summary>Columns; a narrower window than 62 breaks lines, but nothing fails.</summary>
    public static int Width => Math.Max(Console.WindowWidth, 62);

    public static int Height => Math.Max(Console.WindowHeight, 12);

    /// <summary>Draws with colours for a terminal, or as plain text.</summary>
    public static string Render(IRenderable content, int width, bool hasColours)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Write(content);
        return text.ToString();
    }

    public void Draw(IRenderable content) => Show(Render(content, Width, _hasColours));

    /// <summary>Shows a picture that is drawn already. Only while there is a screen.</summary>
    /// <param name="text">Lines of at most <see cref="Width"/>; those that are too many are left out.</param>
    public static void Show(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n').Take(Height);

        // Each line is cleared before it is written: after its last column the cursor may still stand on it.
        Console.Out.Write(BeginFrame + string.Concat(lines.Select((line, i) => (i == 0 ? "\e[K" : "\r\n\e[K") + line)) + EndFrame);
    }

    public void Dispose() => Console.Out.Write(Leave);
}
