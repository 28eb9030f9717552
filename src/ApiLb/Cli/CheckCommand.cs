using System.CommandLine;
using ApiLb.Cli.Output;
using ApiLb.Configuration;

namespace ApiLb.Cli;

/// <summary><c>apilb check</c>: everything that is wrong with a configuration, at once.</summary>
internal static class CheckCommand
{
    private const string Summary =
        """
        Tell everything that is wrong with a configuration file, at once.

        Example: apilb check --config /etc/apilb/apilb.yaml
        Exit codes: 0 it can be run; 1 it cannot.
        """;

    private static readonly AnswerForms<CheckReport> Forms = new(() => ReportJsonContext.Default.CheckReport, report => report.Message, WriteCsv);

    public static Command Create()
    {
        var config = ConfigOption.Create();
        var format = OutputOption.Create();
        var command = new Command("check", Summary) { config, format };
        command.SetAction((parsed, cancellation) => CheckAsync(parsed.GetRequiredValue(config), parsed.GetValue(format), cancellation));
        return command;
    }

    private static async Task<int> CheckAsync(string path, OutputFormat format, CancellationToken cancellation)
    {
        var result = await ConfigurationFile.LoadAsync(path, cancellation);
        if (format == OutputFormat.Table)
        {
            foreach (var line in ConfigurationReport.Lines(result))
            {
                await Console.Error.WriteLineAsync(Terminal.Wrapped(line, Console.IsErrorRedirected).AsMemory(), cancellation);
            }
        }

        await Console.Out.WriteLineAsync(Forms.Of(format, CheckReport.Of(result)).AsMemory().TrimEnd('\n'), cancellation);
        return result.IsValid ? ExitCode.Success : ExitCode.Failure;
    }

    private static Csv WriteCsv(CheckReport report)
    {
        var csv = new Csv("file", "severity", "line", "column", "key", "text");
        foreach (var finding in report.Findings)
        {
            csv.Add(report.File, finding.Severity, finding.Line, finding.Column, finding.Key, finding.Text);
        }

        return csv;
    }
}
