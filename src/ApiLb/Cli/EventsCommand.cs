using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary><c>apilb events</c>: what happened, and with <c>-w</c> what happens.</summary>
internal static class EventsCommand
{
    private const int MostShown = 1_000;
    private const int ShownByDefault = 50;

    private const string Summary =
        $"""
        Show what happened lately: changes of state, operators' orders, members that came or went, closed connections, alarms.

        Example: apilb events -w
        Exit codes: 0 shown; 1 wrong arguments; {AdminOption.ExitCodes}.
        """;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on until Ctrl+C, also over a restart of the daemon" };
        var limit = new Option<int>("--limit", "-n")
        {
            Description = "How many of the past at most",
            HelpName = "N",
            DefaultValueFactory = _ => ShownByDefault,
            CustomParser = AdminOption.Parse(WholeNumber.Between(1, MostShown)),
        };
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("events", Summary) { watch, limit, socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "events",
            parsed.GetRequiredValue(socket),
            async Task<int> (client) =>
            {
                var printer = new EventPrinter(Console.Out, parsed.GetValue(format), isStream: parsed.GetValue(watch), Console.IsOutputRedirected ? null : TimeProvider.System.GetLocalNow().Date);
                var last = await PrintAsync(client, printer, new AdminPath("/v1/events").With("limit", parsed.GetValue(limit)), 0, cancellation);
                return parsed.GetValue(watch) ? await WatchAsync(client, printer, last, cancellation) : ExitCode.Success;
            },
            cancellation));
        return command;
    }

    private static async Task<int> WatchAsync(AdminClient client, EventPrinter printer, long last, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Pace, TimeProvider.System, cancellation);
            try
            {
                last = await PrintAsync(client, printer, new AdminPath("/v1/events").With("after", last), last, cancellation);
            }
            catch (AdminClientException e) when (e.ExitCode == ExitCode.NotRunning)
            {
                // The daemon restarts: whoever watches wants to see what comes then.
            }
        }
    }

    /// <returns>The id of the last event that was printed.</returns>
    private static async Task<long> PrintAsync(AdminClient client, EventPrinter printer, AdminPath path, long last, CancellationToken cancellation)
    {
        var events = await client.GetAsync(path.ToString(), AdminJsonContext.Default.IReadOnlyListEventStatus, cancellation);
        await printer.PrintAsync(events, cancellation);
        return events.Count > 0 ? events[^1].Id : last;
    }
}
