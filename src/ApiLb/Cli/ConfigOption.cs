using System.CommandLine;
using ApiLb.Configuration;

namespace ApiLb.Cli;

/// <summary>The <c>--config</c> of every command that reads the configuration file.</summary>
internal static class ConfigOption
{
    public static Option<string> Create() => new("--config", "-c")
    {
        Description = "The configuration file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => ConfigurationFile.DefaultPath,
    };
}
