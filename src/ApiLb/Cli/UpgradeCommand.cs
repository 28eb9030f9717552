using System.CommandLine;
using ApiLb.Admin;
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

    /// <summary>Longer than the daemon takes beyond the timeout.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var binary = new Option<string?>("--binary") { Description = "What to start, as the daemon sees it; by default the file that it was started from. For root and the daemon's user", HelpName = "PATH" };
        var deadline = Time("--deadline", "How long the old daemon may still serve its connections", UpgradeOrder.DefaultDeadline);
        var timeout = Time("--timeout", "How long the new daemon may take to be ready", UpgradeOrder.DefaultTimeout);
        var socket = AdminOption.Socket();
        var output = AdminOption.Output("text");
        var command = new Command("upgrade", Summary) { binary, deadline, timeout, socket, output };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "upgrade",
            parsed.GetRequiredValue(socket),
            client => RunAsync(client, PathOf(parsed.GetValue(binary), parsed.GetValue(deadline), parsed.GetValue(timeout)), parsed.GetRequiredValue(output) == AdminOption.Json, cancellation),
            cancellation,
            parsed.GetValue(timeout) + Margin));
        return command;
    }

    private static Option<TimeSpan> Time(string name, string description, TimeSpan usual) => new(name)
    {
        Description = $"{description}, such as {Duration.Format(usual)}, which is the default",
        HelpName = "TIME",
        CustomParser = AdminOption.Parse(Duration.Parse),
        DefaultValueFactory = _ => usual,
    };

    private static string PathOf(string? binary, TimeSpan deadline, TimeSpan timeout) => new AdminPath("/v1/upgrade")
        .With("binary", binary is null ? null : Path.GetFullPath(binary))
        .With("deadline", Duration.Format(deadline))
        .With("timeout", Duration.Format(timeout))
        .ToString();

    private static async Task<string> RunAsync(AdminClient client, string path, bool isJson, CancellationToken cancellation)
    {
        var json = await client.PostJsonAsync(path, cancellation);
        var status = client.Parse(json, AdminJsonContext.Default.UpgradeStatus);
        var text = isJson ? json : status.Message + ".";
        return status.Result == UpgradeStatus.Upgraded ? text : throw new AdminClientException(ExitCode.NotReplaced, text);
    }
}
