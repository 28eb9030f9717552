using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;

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

    private static readonly AnswerForms<DaemonStatus> Forms = AnswerForms<DaemonStatus>.Drawn(
        () => AdminJsonContext.Default.DaemonStatus, (console, status) => new StatusTable(console).Draw(status), BackendCsv.Of);

    public static Command Create()
    {
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("status", Summary) { socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "status",
            parsed.GetRequiredValue(socket),
            async client => Forms.Of(parsed.GetValue(format), await client.GetJsonAsync("/v1/status", cancellation), client),
            cancellation));
        return command;
    }
}
