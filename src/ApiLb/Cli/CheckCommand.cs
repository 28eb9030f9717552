using System.CommandLine;
using ApiLb.Configuration;

namespace ApiLb.Cli;

/// <summary><c>apilb check</c>: everything that is wrong with a configuration, at once.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("check", "Check a configuration file. Exit code 0 when it can be run, 1 when not.") { config };
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
