using System.CommandLine;
using System.Runtime.InteropServices;
using ApiLb.Admin;
using ApiLb.Demo.View;

namespace ApiLb.Cli;

/// <summary><c>apilb top</c>: the status, live.</summary>
internal static class TopCommand
{
    private const string Summary =
        $"""
        Show pools, backends and what happens, live: drawn again every second until q is pressed. Needs a terminal.

        Example: apilb top
        Exit codes: 0 quit; 1 wrong arguments, or no terminal; {AdminOption.ExitCodes}.
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyPace = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var socket = AdminOption.Socket();
        var command = new Command("top", Summary) { socket };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "top", parsed.GetRequiredValue(socket), async Task<int> (client) => await RunAsync(client, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(AdminClient client, CancellationToken cancellation)
    {
        if (!Terminal.IsInteractive)
        {
            throw new AdminClientException(ExitCode.Failure, "needs a terminal; 'apilb status' prints once, with -o json or csv for scripts.");
        }

        // Whoever has never reached the daemon gets the message of every command, not a screen.
        var (status, events) = await ReadAsync(client, cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var screen = new LiveScreen();
        var problem = "";
        while (true)
        {
            LiveScreen.Show(TopFrame.Draw(status, events, problem, LiveScreen.Width, LiveScreen.Height, Terminal.WantsColours()));
            if (await HasQuitAsync(end.Token))
            {
                return ExitCode.Success;
            }

            try
            {
                (status, events) = await ReadAsync(client, end.Token);
                problem = "";
            }
            catch (AdminClientException e)
            {
                problem = e.Message;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Success;
            }
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            end.CancelAfter(TimeSpan.Zero);
        }
    }

    private static async Task<(DaemonStatus Status, IReadOnlyList<EventStatus> Events)> ReadAsync(AdminClient client, CancellationToken cancellation) =>
        (await client.GetStatusAsync(cancellation),
            await client.GetAsync(new AdminPath("/v1/events").With("limit", LiveScreen.Height).ToString(), AdminJsonContext.Default.IReadOnlyListEventStatus, cancellation));

    /// <summary>Waits until the next picture is due.</summary>
    /// <returns>True when the user wants to quit.</returns>
    private static async Task<bool> HasQuitAsync(CancellationToken end)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Interval && !end.IsCancellationRequested)
        {
            while (Console.KeyAvailable)
            {
                if (Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
                {
                    return true;
                }
            }

            await Task.Delay(KeyPace, TimeProvider.System, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return end.IsCancellationRequested;
    }
}
