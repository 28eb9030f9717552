using System.CommandLine;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;

namespace ApiLb.Cli;

/// <summary><c>apilb run</c>: the daemon in the foreground, as systemd wants it.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var format = new Option<LogFormat>("--log-format")
        {
            Description = "text (with priorities when the journal reads it) or json.",
            DefaultValueFactory = _ => LogFormat.Text,
        };
        var level = new Option<LogLevel>("--log-level")
        {
            Description = "The least important lines to write.",
            DefaultValueFactory = _ => LogLevel.Information,
        };
        var command = new Command("run", "Run the load balancer. Exit code 0 after an orderly stop, 1 when it cannot start.")
        {
            config,
            format,
            level,
        };
        command.SetAction((arguments, cancellation) => RunAsync(
            arguments.GetRequiredValue(config), arguments.GetValue(format), arguments.GetValue(level), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, LogFormat format, LogLevel level, CancellationToken cancellation)
    {
        var result = await ConfigurationFile.LoadAsync(path, cancellation);
        foreach (var line in ConfigurationReport.Lines(result))
        {
            await Console.Error.WriteLineAsync(line);
        }

        if (!result.IsValid)
        {
            return ExitCode.Failure;
        }

        using var loggers = LogOutput.Create(format, level);
        using var host = new DaemonHost(result.Options, TimeProvider.System, loggers);
        return await host.RunAsync();
    }
}
