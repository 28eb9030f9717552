using System.CommandLine;
using System.CommandLine.Help;
using ApiLb.Demo;

namespace ApiLb.Cli;

/// <summary>The commands of <c>apilb</c>.</summary>
internal static class CommandLine
{
    public static Task<int> InvokeAsync(string[] args)
    {
        // Signals belong to the commands: a daemon stops in its own order.
        return Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("ApiLb: a TCP load balancer for Kubernetes control planes.")
        {
            RunCommand.Create(),
            CheckCommand.Create(),
            StatusCommand.Create(),
            TopCommand.Create(),
            ConnectionsCommand.Create(),
            EventsCommand.Create(),
            ExplainCommand.Create(),
            DrainCommand.Create(),
            MaintCommand.Create(),
            ReadyCommand.Create(),
            WeightCommand.Create(),
            KillCommand.Create(),
            ProbeCommand.Create(),
            RebalanceCommand.Create(),
            ReloadCommand.Create(),
            UpgradeCommand.Create(),
            DemoCommand.Create(),
            DoctorCommand.Create(),
            InitCommand.Create(),
            KubeconfigCommand.Create(),
            ValidateCommand.Create(),
            ImportCommand.Create(),
            VersionCommand.Create(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new OverviewHelp(help.Action);
        return root;
    }
}
