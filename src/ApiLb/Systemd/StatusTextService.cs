namespace ApiLb.Systemd;

/// <summary>Keeps the line in <c>systemctl status</c> true: looks once a second, sends it when it changed.</summary>
internal sealed class StatusTextService(SystemdNotifier notifier, Func<string> read, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var sent = "";
        while (notifier.IsEnabled && !cancellation.IsCancellationRequested)
        {
            var text = read();
            if (text != sent)
            {
                sent = text;
                await notifier.StatusAsync(text, cancellation);
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
