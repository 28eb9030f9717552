using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Configuration;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary><c>apilb status</c>: how the daemon and its backends are.</summary>
internal static class StatusCommand
{
    private const string Table = "table";
    private const string Json = "json";

    private const string Summary =
        """
        Show listeners, pools and backends of the running daemon.

        Exit codes: 0 the daemon answered; 1 wrong arguments, or what answered is not apilb; 3 no daemon answers; 4 no permission to open its socket.
        """;

    public static Command Create()
    {
        var socket = new Option<string>("--socket")
        {
            Description = "Path of the daemon's admin socket (admin.socket in its configuration)",
            HelpName = "PATH",
            DefaultValueFactory = _ => new AdminOptions().Socket!,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, for people, or json, for scripts",
            HelpName = "table|json",
            DefaultValueFactory = _ => Table,
        };
        output.AcceptOnlyFromAmong(Table, Json);
        var command = new Command("status", Summary) { socket, output };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(socket), parsed.GetRequiredValue(output), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, string format, CancellationToken cancellation)
    {
        try
        {
            using var client = new AdminClient(path);
            var text = format == Json ? await client.GetStatusJsonAsync(cancellation) : Draw(await client.GetStatusAsync(cancellation));
            await Console.Out.WriteLineAsync(text.AsMemory().TrimEnd('\n'), cancellation);
            return ExitCode.Success;
        }
        catch (AdminClientException e)
        {
            await Console.Error.WriteLineAsync($"apilb status: {e.Message}".AsMemory(), cancellation);
            return e.ExitCode;
        }
    }

    private static string Draw(DaemonStatus status)
    {
        using var text = new StringWriter();
        new StatusTable(Terminal.NewConsole(text)).Draw(status);
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
