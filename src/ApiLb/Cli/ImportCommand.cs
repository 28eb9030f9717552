using System.CommandLine;
using System.Text;
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
        var command = new Command("import", Summary) { file, output, from, ca };
        command.SetAction((parsed, cancellation) => ImportAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(output), parsed.GetValue(from), parsed.GetRequiredValue(ca), cancellation));
        return command;
    }

    private static async Task<int> ImportAsync(string file, string? output, ImportFormat? from, string caFile, CancellationToken cancellation)
    {
        var content = await BoundedFile.ReadAsync(file, MaximumBytes, cancellation);
        if (!content.TryGet(out var bytes, out var problem) || !ConfigurationText.Decode(bytes, MaximumBytes).TryGet(out var text, out problem))
        {
            return await FailAsync($"{file}: {problem}");
        }

        var source = new ImportSource(Path.GetFileName(file), text, caFile, Environment.GetEnvironmentVariable);
        var result = ConfigurationImport.Run(from ?? ConfigurationImport.Detect(text), source);
        await TellAsync(file, result);
        if (result.Yaml is not { } yaml)
        {
            return await FailAsync($"{file}: nothing was made: no listener with a pool could be carried over");
        }

        return await WriteAsync(yaml, output, cancellation) is { } fault ? await FailAsync(fault)
            : result.LeftOut.Any() ? ExitCode.LeftOut
            : ExitCode.Success;
    }

    private static async Task TellAsync(string file, ImportResult result)
    {
        foreach (var note in result.Notes.Where(n => n.Outcome != ImportOutcome.NotNeeded))
        {
            var verdict = note.Outcome == ImportOutcome.LeftOut ? "left out" : "changed";
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{file}:{note.Line}: {verdict}: {note.Text}: {note.Reason}"));
        }

        if (result.NeedsCa)
        {
            await Console.Error.WriteLineAsync("To do: copy the cluster's CA, which kubeadm writes to /etc/kubernetes/pki/ca.crt on every control-plane host, to where health.caFile says.");
        }
    }

    /// <returns>What went wrong; null: nothing.</returns>
    private static async Task<string?> WriteAsync(string yaml, string? output, CancellationToken cancellation)
    {
        if (output is null)
        {
            await Console.Out.WriteAsync(yaml);
            return null;
        }

        try
        {
            await using var stream = new FileStream(output, FileMode.CreateNew, FileAccess.Write);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(yaml), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot write {output}: {(Path.Exists(output) ? "it exists; move it away, or choose another name" : e.Message)}";
        }

        await Console.Out.WriteLineAsync($"wrote {output}; next: apilb check --config {output}");
        return null;
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"apilb import: {message}");
        return ExitCode.Failure;
    }
}
