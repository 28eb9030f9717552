using System.CommandLine;
using ApiLb.Cli.Output;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Doctor;
using ApiLb.Doctor.Host;

namespace ApiLb.Cli;

/// <summary><c>apilb doctor</c>: what is wrong or will be, on this host and behind it, and what to do.</summary>
internal static class DoctorCommand
{
    private const string Summary =
        """
        Examine this host, the configuration, the running daemon, the apiservers and etcd. Changes nothing.

        Example: apilb doctor --config /etc/apilb/apilb.yaml
        Exit codes: 0 nothing to do; 1 at least one error, or wrong arguments; 2 warnings only. As root it sees more.
        """;

    private static readonly AnswerForms<DoctorReport> Forms = AnswerForms<DoctorReport>.Drawn(
        () => DoctorJsonContext.Default.DoctorReport, (console, report) => new DoctorTable(console).Draw(report), WriteCsv);

    public static Command Create()
    {
        var config = ConfigOption.Create();
        var format = OutputOption.Create();
        var command = new Command("doctor", Summary) { config, format };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(config), parsed.GetValue(format), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, OutputFormat format, CancellationToken cancellation)
    {
        var configuration = await ConfigurationFile.LoadAsync(path, cancellation);
        var presence = await AskDaemonAsync(configuration.Options?.Admin.Socket, cancellation);
        var report = await new Examination(configuration, presence, new ProcFiles(), TimeProvider.System).RunAsync(cancellation);
        await Console.Out.WriteLineAsync(Forms.Of(format, report).AsMemory().TrimEnd('\n'), cancellation);
        return report.Worst switch
        {
            Severity.Error => ExitCode.Failure,
            Severity.Warning => ExitCode.Warnings,
            _ => ExitCode.Success,
        };
    }

    private static async Task<DaemonPresence> AskDaemonAsync(string? socket, CancellationToken cancellation)
    {
        if (socket is null)
        {
            return new DaemonPresence();
        }

        try
        {
            using var client = new AdminClient(socket);
            return new DaemonPresence { Status = await client.GetStatusAsync(cancellation) };
        }
        catch (AdminClientException e) when (e.ExitCode == ExitCode.NotRunning)
        {
            return new DaemonPresence { Problem = $"does not run: nobody answers at {socket}", Remedy = "systemctl start apilb, then journalctl -u apilb" };
        }
        catch (AdminClientException e) when (e.ExitCode == ExitCode.NoPermission)
        {
            return new DaemonPresence { Problem = $"cannot be asked: no permission to open {socket}", Remedy = "sudo apilb doctor" };
        }
        catch (AdminClientException)
        {
            return new DaemonPresence { Problem = $"what answers at {socket} is not this version of apilb", Remedy = "apilb upgrade, or systemctl restart apilb, after a new version was installed" };
        }
    }

    private static Csv WriteCsv(DoctorReport report)
    {
        var csv = new Csv("severity", "check", "text", "remedy");
        foreach (var finding in report.Findings)
        {
            csv.Add(Choice.WordOf(finding.Severity), finding.Check, finding.Text, finding.Remedy);
        }

        return csv;
    }
}
