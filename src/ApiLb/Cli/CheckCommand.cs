using System.CommandLine;
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

    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("check", Summary) { config };
        command.SetAction((arguments, cancellation) => CheckAsync(arguments.GetRequiredValue(config), cancellation));
        return command;
    }

    private static async Task<int> CheckAsync(string path, CancellationToken cancellation)
    {
        var result = await ConfigurationFile.LoadAsync(path, cancellation);
        foreach (var line in ConfigurationReport.Lines(result))
        {
            await Console.Error.WriteLineAsync(line);
        }

        await Console.Out.WriteLineAsync(ConfigurationReport.Summary(result));
        return result.IsValid ? ExitCode.Success : ExitCode.Failure;
    }
}
