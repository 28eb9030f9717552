using ApiLb.Validation;

namespace ApiLb.Cli;

/// <summary>
/// Shows a validation's progress beside its report: on a terminal one line that changes, elsewhere a line for each step and now and then
/// one about how it goes. Thread-safe.
/// </summary>
internal sealed class ValidationProgressView(TextWriter output, bool isTerminal, TimeProvider time)
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
            if (isTerminal)
            {
                output.Write((_isLineOpen ? ClearLine : "") + progress.Text + (progress.IsLive ? "" : "\n"));
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
}
