using ApiLb.Validation;

namespace ApiLb.Cli;

/// <summary>
/// Shows a validation's progress beside its report: on a terminal one line that changes, elsewhere a line for each step and now and then
/// one about how it goes. Thread-safe.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="columns">Of the terminal; null: it is none.</param>
/// <param name="time">The clock of now and then.</param>
internal sealed class ValidationProgressView(TextWriter output, int? columns, TimeProvider time)
{
    private const string ClearLine = "\r\e[K";

    private static readonly TimeSpan BetweenPlainLines = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _lastLive = time.GetTimestamp();
    private bool _isLineOpen;

    public void Show(ValidationProgress progress)
    {
        lock (_lock)
        {
            if (columns is { } width)
            {
                output.Write((_isLineOpen ? ClearLine : "") + (progress.IsLive ? Cut(progress.Text, width) : progress.Text + "\n"));
                _isLineOpen = progress.IsLive;
            }
            else if (!progress.IsLive || time.GetElapsedTime(_lastLive) >= BetweenPlainLines)
            {
                _lastLive = progress.IsLive ? time.GetTimestamp() : _lastLive;
                output.WriteLine(progress.Text);
            }
        }
    }

    /// <summary>Leaves the cursor at the beginning of an empty line.</summary>
    public void End()
    {
        lock (_lock)
        {
            output.Write(_isLineOpen ? ClearLine : "");
            _isLineOpen = false;
        }
    }

    // A line that has wrapped cannot be cleared.
    private static string Cut(string text, int width) => text.Length < width || width <= 0 ? text : text[..(width - 1)];
}
