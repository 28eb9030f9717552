using System.CommandLine;
using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary><c>apilb status</c>: how the daemon and its backends are.</summary>
internal static class StatusCommand
{
    private const string Summary =
        """
        Show listeners, pools and backends of the running daemon.

        Exit codes: 0 the daemon answered; 1 wrong arguments, or what answered is not apilb; 3 no daemon answers; 4 no permission to open its socket.
        """;

    public static Command Create()
    {
        var socket = AdminOption.Socket();
        var output = AdminOption.Output("table");
        var command = new Command("status", Summary) { socket, output };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "status",
            parsed.GetRequiredValue(socket),
            async client => parsed.GetRequiredValue(output) == AdminOption.Json
                ? await client.GetJsonAsync("/v1/status", cancellation)
                : Draw(await client.GetStatusAsync(cancellation)),
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
