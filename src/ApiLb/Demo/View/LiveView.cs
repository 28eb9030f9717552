namespace ApiLb.Demo.View;

/// <summary>The demo on a terminal: a picture that moves, and keys.</summary>
internal sealed class LiveView(DemoSession session, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows the demo until the user quits or the token fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var keys = new DemoKeys(session.Toggle);
        using var screen = new LiveScreen();
        while (!cancellationToken.IsCancellationRequested)
        {
            while (Console.KeyAvailable)
            {
                keys.Press(Console.ReadKey(intercept: true).KeyChar);
            }

            if (keys.HasQuit)
            {
                return;
            }

            var height = LiveScreen.Height;
            var events = session.Events.Last(height);
            screen.Draw(DemoFrame.Draw(session.Snapshot(), events, session.Access, keys.Prompt, LiveScreen.Width, height));
            await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
