using ApiLb.Telemetry;

namespace ApiLb.Demo.View;

/// <summary>The demo in a pipe or a CI job: a line for each event, and one a second about how it goes.</summary>
internal sealed class PlainView(DemoSession session, TextWriter output, TimeProvider time)
{
    private const int TicksPerStatus = 10;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private long _seen;

    /// <summary>Writes until the token fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var command in session.Access.Commands)
        {
            await output.WriteLineAsync($"try: {command}");
        }

        for (var tick = 1; !cancellationToken.IsCancellationRequested; tick++)
        {
            await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteEventsAsync();
            if (tick % TicksPerStatus == 0)
            {
                await output.WriteLineAsync(StatusLine(session.Snapshot()));
            }
        }
    }

    public static string StatusLine(DemoSnapshot snapshot)
    {
        var backends = snapshot.Backends.Select(b =>
            FormattableString.Invariant($"{b.Name} {EnumLabel.Kebab(b.Status)} {b.Open} open {b.Total} total"));
        var load = snapshot.Load;
        return FormattableString.Invariant(
            $"{snapshot.Elapsed.TotalSeconds,5:0.0}s  {string.Join(" | ", backends)} | answered {load.Answered} failed {load.Failed} slowest {load.SlowestLately.TotalMilliseconds:0} ms");
    }

    private async Task WriteEventsAsync()
    {
        foreach (var e in session.Events.After(_seen, out _seen))
        {
            await output.WriteLineAsync(FormattableString.Invariant($"{e.At.TotalSeconds,5:0.0}s  {e.Text}"));
        }
    }
}
