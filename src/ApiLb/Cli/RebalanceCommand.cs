using System.CommandLine;
using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary><c>apilb rebalance POOL</c>: move connections from the fullest backend.</summary>
internal static class RebalanceCommand
{
    private const string Summary =
        $"""
        Even the backends of a pool out: close a few of the quietest connections of the fullest one every five seconds; their clients come back elsewhere.

        Example: apilb rebalance control-plane --dry-run
        Exit codes: 0 begun, or nothing to do; 1 wrong arguments, or no such pool; {AdminOption.ExitCodes}.
        """;

    public static Command Create()
    {
        var pool = new Argument<string>("POOL") { Description = "The pool's name" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what the first step would close" };
        var socket = AdminOption.Socket();
        var output = AdminOption.Output("text");
        var command = new Command("rebalance", Summary) { pool, dryRun, socket, output };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "rebalance",
            parsed.GetRequiredValue(socket),
            client => RunAsync(
                client, parsed.GetRequiredValue(pool), parsed.GetValue(dryRun), parsed.GetRequiredValue(output) == AdminOption.Json, cancellation),
            cancellation));
        return command;
    }

    private static async Task<string> RunAsync(AdminClient client, string pool, bool isDry, bool isJson, CancellationToken cancellation)
    {
        var path = $"/v1/rebalance?pool={Uri.EscapeDataString(pool)}&dryRun={(isDry ? "true" : "false")}";
        var json = await client.PostJsonAsync(path, cancellation);
        return isJson ? json : client.Parse(json, AdminJsonContext.Default.RebalanceStatus).Message;
    }
}
