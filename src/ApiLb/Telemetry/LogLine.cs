using ApiLb.Configuration.Values;

namespace ApiLb.Telemetry;

/// <summary>Makes one harmless line of a message. What a client or a backend sent may be in it.</summary>
internal static class LogLine
{
    private static readonly char[] Breaks = ['\n', '\r', '\t'];

    /// <returns>The message with line breaks and tabs as blanks, other control and formatting characters as <c>\u001b</c>, and one line feed.</returns>
    public static string Of(string message)
    {
        var text = message.AsSpan().TrimEnd('\n').ToString();
        var flat = text.AsSpan().IndexOfAny(Breaks) < 0 ? text : string.Join(' ', text.Split(Breaks, StringSplitOptions.RemoveEmptyEntries));
        return Quoted.Harmless(flat) + "\n";
    }
}
