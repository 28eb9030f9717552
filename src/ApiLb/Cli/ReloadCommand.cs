using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;

namespace ApiLb.Cli;

/// <summary><c>apilb reload</c>: make the daemon read its configuration file again.</summary>
internal static class ReloadCommand
{
    private const string Summary =
        """
        Make the daemon read its configuration file again. Connections, health and counters of what has not changed stay; a file with an error changes nothing.

        Example: apilb reload --dry-run
        Exit codes: 0 applied, or nothing to do; 1 the file is wrong or an address cannot be had, and nothing was changed; 3 no daemon answers; 4 no permission to open its socket.
        """;

    /// <summary>New backends are checked before old ones leave.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(65);

    private static readonly AnswerForms<ReloadStatus> Forms = AnswerForms<ReloadStatus>.Told(
        () => AdminJsonContext.Default.ReloadStatus, ReloadText.Of, WriteCsv);

    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would change, and how many connections that touches" };
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("reload", Summary) { dryRun, socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "reload",
            parsed.GetRequiredValue(socket),
            async Task<int> (client) => await RunAsync(client, parsed.GetValue(dryRun), parsed.GetValue(format), cancellation),
            cancellation,
            Patience));
        return command;
    }

    private static async Task<int> RunAsync(AdminClient client, bool isDry, OutputFormat format, CancellationToken cancellation)
    {
        var json = await client.PostJsonAsync($"/v1/reload?dryRun={(isDry ? "true" : "false")}", cancellation);
        return await Forms.TellAsync(format, json, client, status => status.Result == ReloadStatus.Failed ? ExitCode.Failure : ExitCode.Success, cancellation);
    }

    private static Csv WriteCsv(ReloadStatus status)
    {
        var csv = new Csv("result", "kind", "text", "needs_restart", "connections", "effect");
        csv.Add(status.Result, "message", status.Message);
        foreach (var finding in status.Findings)
        {
            csv.Add(status.Result, "finding", finding);
        }

        foreach (var change in status.Changes)
        {
            csv.Add(status.Result, "change", change.Change, change.NeedsRestart, change.Connections, change.Effect);
        }

        return csv;
    }
}
