using System.CommandLine;
using ApiLb.Telemetry;

namespace ApiLb.Cli;

/// <summary><c>apilb version</c>: the same as <c>--version</c>, for those who type words.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Show the version.\n\nExample: apilb version");
        command.SetAction(_ => Console.Out.WriteLine(ProcessLifetime.Version));
        return command;
    }
}
