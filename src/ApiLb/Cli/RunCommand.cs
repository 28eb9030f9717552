using System.CommandLine;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;

namespace ApiLb.Cli;

/// <summary><c>apilb run</c>: the daemon in the foreground, as systemd wants it.</summary>
internal static partial class RunCommand
{
    private const string Summary =
        """
        Run the load balancer in the foreground, as systemd wants it.

        Example: apilb run --config /etc/apilb/apilb.yaml
        Exit codes: 0 after an orderly stop; 78 the configuration is wrong; 1 it cannot start for another reason.
        """;

    public static Command Create()
    {
        var config = ConfigOption.Create();
        var format = ChoiceOption.Create<LogFormat>("--log-format", "text (the default; with priorities when the journal reads it) or json");
        var level = new Option<LogLevel>("--log-level")
        {
            Description = "The least important lines to write.",
            DefaultValueFactory = _ => LogLevel.Information,
        };
        var command = new Command("run", Summary)
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
        if (DaemonHost.IsLaunch)
        {
            DaemonHost.Launch();
            return ExitCode.Success;
        }

        var result = await ConfigurationFile.LoadAsync(path, cancellation);
        var obstacle = result.IsValid ? await RuntimeProfile.TakeAsync(result.Options, path, cancellation) : null;
        using var loggers = LogOutput.Create(format, level);
        await TellAsync(result, format, loggers);
        if (!result.IsValid)
        {
            DaemonHost.Refuse(ConfigurationReport.Summary(result));
            return ExitCode.WrongConfiguration;
        }

        if (obstacle is not null)
        {
            Log.WithoutProfile(loggers.CreateLogger("ApiLb.RuntimeProfile"), obstacle);
        }

        using var host = new DaemonHost(result.Options, again => ConfigurationFile.LoadAsync(path, again), TimeProvider.System, loggers);
        return await host.RunAsync();
    }

    /// <summary>A collector of JSON must not meet lines that are none; people get the lines of <c>apilb check</c>.</summary>
    private static async Task TellAsync(ConfigurationResult result, LogFormat format, ILoggerFactory loggers)
    {
        if (format == LogFormat.Json)
        {
            var logger = loggers.CreateLogger("ApiLb.Configuration");
            foreach (var finding in result.Errors)
            {
                Log.Wrong(logger, finding.ToString());
            }

            foreach (var finding in result.Warnings)
            {
                Log.Doubtful(logger, finding.ToString());
            }

            return;
        }

        try
        {
            foreach (var line in ConfigurationReport.Lines(result))
            {
                await Console.Error.WriteLineAsync(line);
            }
        }
        catch (IOException)
        {
            // Nobody can be told, for the disk is full or the reader gone. That must not keep clients from their apiservers.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Finding}")]
        public static partial void Wrong(ILogger logger, string finding);

        [LoggerMessage(2, LogLevel.Warning, "{Finding}")]
        public static partial void Doubtful(ILogger logger, string finding);

        [LoggerMessage(3, LogLevel.Information, "Requests will cost some 10 % more than they could: the program cannot start itself anew: {Reason}.")]
        public static partial void WithoutProfile(ILogger logger, string reason);
    }
}
