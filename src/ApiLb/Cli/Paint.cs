using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>What the colours mean.</summary>
internal static class Paint
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Bold = new(decoration: Decoration.Bold);
    public static readonly Style Faint = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Doubtful = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
}
