using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary><c>apilb upgrade</c>: put another version in the place of the running daemon.</summary>
internal static class UpgradeCommand
{
    private const string Summary =
        $"""
        Put the installed version in the place of the running daemon, without a lost connection: the new daemon takes over listeners, health and orders, the old one serves its connections until they end.

        Example: apilb upgrade --deadline 4h
        Exit codes: 0 the new daemon serves; 1 wrong arguments, or the daemon is of a version that cannot do it; 2 the new daemon was not ready or an upgrade is under way, and nothing was changed; {AdminOption.ExitCodes}.
        """;

    private static readonly AnswerForms<UpgradeStatus> Forms = AnswerForms<UpgradeStatus>.Told(
        () => AdminJsonContext.Default.UpgradeStatus, status => status.Message + ".", WriteCsv);

    /// <summary>Longer than the daemon takes beyond the timeout.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var binary = new Option<string?>("--binary") { Description = "What to start, as the daemon sees it; by default the file that it was started from. For root and the daemon's user", HelpName = "PATH" };
        var deadline = Time("--deadline", "How long the old daemon may still serve its connections", UpgradeOrder.DefaultDeadline);
        var timeout = Time("--timeout", "How long the new daemon may take to be ready", UpgradeOrder.DefaultTimeout);
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("upgrade", Summary) { binary, deadline, timeout, socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "upgrade",
            parsed.GetRequiredValue(socket),
            async Task<int> (client) => await RunAsync(
                client, PathOf(parsed.GetValue(binary), parsed.GetValue(deadline), TimeoutOf(parsed)), parsed.GetValue(format), cancellation),
            cancellation,
            TimeoutOf(parsed) + Margin));
        return command;

        TimeSpan TimeoutOf(ParseResult parsed) => parsed.GetValue(timeout) ?? UpgradeOrder.DefaultTimeout;
    }

    private static Option<TimeSpan?> Time(string name, string description, TimeSpan usual) => new(name)
    {
        Description = $"{description}; default: {Duration.Format(usual)}",
        HelpName = "DURATION",
        CustomParser = result => AdminOption.Parse(Duration.Parse)(result),
    };

    private static string PathOf(string? binary, TimeSpan? deadline, TimeSpan timeout) => new AdminPath("/v1/upgrade")
        .With("binary", binary is null ? null : Path.GetFullPath(binary))
        .With("deadline", Duration.Format(deadline ?? UpgradeOrder.DefaultDeadline))
        .With("timeout", Duration.Format(timeout))
        .ToString();

    private static async Task<int> RunAsync(AdminClient client, string path, OutputFormat format, CancellationToken cancellation)
    {
        var json = await client.PostJsonAsync(path, cancellation);
        return await Forms.TellAsync(format, json, client, status => status.Result == UpgradeStatus.Upgraded ? ExitCode.Success : ExitCode.NotReplaced, cancellation);
    }

    private static Csv WriteCsv(UpgradeStatus status)
    {
        var csv = new Csv("result", "message", "pid", "version", "predecessor_pid", "predecessor_version", "predecessor_connections");
        csv.Add(status.Result, status.Message, status.Pid, status.Version, status.Predecessor?.Pid, status.Predecessor?.Version, status.Predecessor?.Connections);
        return csv;
    }
}
