using System.CommandLine;
using ApiLb.Admin;

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

    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would change, and how many connections that touches" };
        var socket = AdminOption.Socket();
        var output = AdminOption.Output("text");
        var command = new Command("reload", Summary) { dryRun, socket, output };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "reload",
            parsed.GetRequiredValue(socket),
            client => RunAsync(client, parsed.GetValue(dryRun), parsed.GetRequiredValue(output) == AdminOption.Json, cancellation),
            cancellation,
            Patience));
        return command;
    }

    private static async Task<string> RunAsync(AdminClient client, bool isDry, bool isJson, CancellationToken cancellation)
    {
        var json = await client.PostJsonAsync($"/v1/reload?dryRun={(isDry ? "true" : "false")}", cancellation);
        var status = client.Parse(json, AdminJsonContext.Default.ReloadStatus);
        var text = isJson ? json : ReloadText.Of(status);
        return status.Result == ReloadStatus.Failed ? throw new AdminClientException(ExitCode.Failure, text) : text;
    }
}
