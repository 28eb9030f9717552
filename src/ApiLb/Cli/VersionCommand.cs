using System.CommandLine;
using ApiLb.Cli.Output;
using ApiLb.Telemetry;

namespace ApiLb.Cli;

/// <summary><c>apilb version</c>: the same as <c>--version</c>, for those who type words.</summary>
internal static class VersionCommand
{
    private const string Summary =
        """
        Show the version.

        Example: apilb version
        Exit codes: 0 always.
        """;

    private static readonly AnswerForms<VersionReport> Forms = new(() => ReportJsonContext.Default.VersionReport, report => report.Version, WriteCsv);

    public static Command Create()
    {
        var format = OutputOption.Create();
        var command = new Command("version", Summary) { format };
        command.SetAction(parsed => Console.Out.WriteLine(Forms.Of(parsed.GetValue(format), new VersionReport(ProcessLifetime.Version)).TrimEnd('\n')));
        return command;
    }

    private static Csv WriteCsv(VersionReport report)
    {
        var csv = new Csv("version");
        csv.Add(report.Version);
        return csv;
    }
}
