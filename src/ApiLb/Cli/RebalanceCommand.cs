using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;

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

    private static readonly AnswerForms<RebalanceStatus> Forms = AnswerForms<RebalanceStatus>.Told(
        () => AdminJsonContext.Default.RebalanceStatus, status => status.Message, WriteCsv);

    public static Command Create()
    {
        var pool = new Argument<string>("POOL") { Description = "The pool's name" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what the first step would close" };
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("rebalance", Summary) { pool, dryRun, socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "rebalance",
            parsed.GetRequiredValue(socket),
            async client => Forms.Of(
                parsed.GetValue(format),
                await client.PostJsonAsync(
                    new AdminPath("/v1/rebalance").With("pool", parsed.GetRequiredValue(pool)).With("dryRun", parsed.GetValue(dryRun) ? "true" : "false").ToString(), cancellation),
                client),
            cancellation));
        return command;
    }

    private static Csv WriteCsv(RebalanceStatus status)
    {
        var csv = new Csv("pool", "started", "fullest", "unevenness", "first_step", "message");
        csv.Add(status.Pool, status.Started, status.Fullest, status.Unevenness, status.FirstStep, status.Message);
        return csv;
    }
}
