using System.CommandLine;
using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary><c>apilb status</c>: how the daemon and its backends are.</summary>
internal static class StatusCommand
{
    private const string Summary =
        $"""
        Show listeners, pools and backends of the running daemon; more columns on a wider terminal.

        Example: apilb status -o csv
        Exit codes: 0 the daemon answered; 1 wrong arguments, or what answered is not apilb; {AdminOption.ExitCodes}.
        """;

    public static Command Create()
    {
        var socket = AdminOption.Socket();
        var format = AdminOption.Format();
        var command = new Command("status", Summary) { socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "status",
            parsed.GetRequiredValue(socket),
            async client => parsed.GetValue(format) switch
            {
                OutputFormat.Json => await client.GetJsonAsync("/v1/status", cancellation),
                OutputFormat.Csv => BackendCsv.Of(await client.GetStatusAsync(cancellation)),
                _ => Draw(await client.GetStatusAsync(cancellation)),
            },
            cancellation));
        return command;
    }

    private static string Draw(DaemonStatus status)
    {
        using var text = new StringWriter();
        new StatusTable(Terminal.NewConsole(text)).Draw(status);
        return AdminOption.Trimmed(text.ToString());
    }
}
