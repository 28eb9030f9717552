using System.CommandLine;
using System.Text;
using ApiLb.Cli.Output;
using ApiLb.Configuration;
using ApiLb.Import;

namespace ApiLb.Cli;

/// <summary><c>apilb import FILE</c>: a configuration made from that of another load balancer.</summary>
internal static class ImportCommand
{
    private const int MaximumBytes = 1024 * 1024;

    private const string Summary =
        """
        Make a configuration from a haproxy.cfg, or from the stream block of an nginx.conf. Every decision stands in it as a comment; what could not be carried over is listed with its line and the reason.

        Example: apilb import /etc/haproxy/haproxy.cfg --out /etc/apilb/apilb.yaml
        Exit codes: 0 everything was carried over; 2 something was left out; 1 nothing was made.
        """;

    private static readonly AnswerForms<ImportReport> Forms = new(() => ReportJsonContext.Default.ImportReport, report => report.Configuration ?? "", WriteCsv);

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file to read: haproxy.cfg, or an nginx.conf with a stream block" };
        var output = new Option<string?>("--out") { Description = "Where to write the configuration, which must not exist yet; standard output without it", HelpName = "FILE" };
        var from = new Option<ImportFormat?>("--from") { Description = "haproxy or nginx, when the file does not tell", HelpName = "haproxy|nginx" };
        var ca = new Option<string>("--ca-file")
        {
            Description = "The cluster's CA, for checks of apiservers that verified nobody so far",
            HelpName = "FILE",
            DefaultValueFactory = _ => "/etc/apilb/ca.crt",
        };
        var format = OutputOption.Create();
        format.Description = "table (the default), for people; json or csv: what became of each line, for scripts";
        var command = new Command("import", Summary)
        {
            file,
            output,
            from,
            ca,
            format,
        };
        command.SetAction(async (parsed, cancellation) =>
            await ImportAsync(parsed.GetRequiredValue(file), parsed.GetRequiredValue(ca), parsed.GetValue(from), cancellation) is { } result
                ? await AnswerAsync(parsed.GetRequiredValue(file), result, parsed.GetValue(output), parsed.GetValue(format), cancellation)
                : ExitCode.Failure);
        return command;
    }

    /// <returns>Null when the file cannot be read or is none of theirs, which has been said then.</returns>
    private static async Task<ImportResult?> ImportAsync(string file, string caFile, ImportFormat? from, CancellationToken cancellation)
    {
        var content = await BoundedFile.ReadAsync(file, MaximumBytes, cancellation);
        if (!content.TryGet(out var bytes, out var problem) || !ConfigurationText.Decode(bytes, MaximumBytes).TryGet(out var text, out problem))
        {
            await FailAsync($"{file}: {problem}");
            return null;
        }

        if ((from ?? ConfigurationImport.Detect(text)) is not { } format)
        {
            await FailAsync($"{file}: neither a haproxy.cfg, which has a section such as frontend or listen, nor an nginx.conf, which has a block such as stream; --from reads it as one all the same");
            return null;
        }

        return ConfigurationImport.Run(format, new ImportSource(Path.GetFileName(file), text, caFile, Environment.GetEnvironmentVariable));
    }

    private static async Task<int> AnswerAsync(string file, ImportResult result, string? output, OutputFormat format, CancellationToken cancellation)
    {
        if (format == OutputFormat.Table)
        {
            await TellAsync(file, result);
        }

        if (output is not null && result.Yaml is not null && await WriteAsync(result.Yaml, output, cancellation) is { } fault)
        {
            return await FailAsync(fault);
        }

        await Console.Out.WriteAsync(format != OutputFormat.Table
            ? Forms.Of(format, ImportReport.Of(file, result.Yaml is null ? null : output, result)).TrimEnd('\n') + "\n"
            : output is null ? result.Yaml
            : result.Yaml is null ? null
            : $"wrote {output}; next: apilb check --config {output}\n");
        return result.Yaml is null ? await FailAsync($"{file}: nothing was made: no listener with a pool could be carried over")
            : result.LeftOut.Any() ? ExitCode.LeftOut
            : ExitCode.Success;
    }

    private static async Task TellAsync(string file, ImportResult result)
    {
        foreach (var note in result.Notes.Where(n => n.Outcome != ImportOutcome.NotNeeded))
        {
            var verdict = note.Outcome == ImportOutcome.LeftOut ? "left out" : "changed";
            await SayAsync(FormattableString.Invariant($"{file}:{note.Line}: {verdict}: {note.Text}: {note.Reason}"));
        }

        if (result.NeedsCa)
        {
            await SayAsync("To do: copy the cluster's CA, which kubeadm writes to /etc/kubernetes/pki/ca.crt on every control-plane host, to where health.caFile says.");
        }
    }

    /// <returns>What went wrong; null: nothing.</returns>
    private static async Task<string?> WriteAsync(string yaml, string output, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new FileStream(output, FileMode.CreateNew, FileAccess.Write);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(yaml), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot write {output}: {(Path.Exists(output) ? "it exists; move it away, or choose another name" : e.Message)}";
        }

        return null;
    }

    private static Csv WriteCsv(ImportReport report)
    {
        var csv = new Csv("file", "line", "outcome", "text", "reason");
        foreach (var note in report.Notes)
        {
            csv.Add(report.File, note.Line, note.Outcome, note.Text, note.Reason);
        }

        return csv;
    }

    private static async Task<int> FailAsync(string message)
    {
        await SayAsync($"apilb import: {message}");
        return ExitCode.Failure;
    }

    private static Task SayAsync(string text) => Console.Error.WriteLineAsync(Terminal.Wrapped(text, Console.IsErrorRedirected));
}
