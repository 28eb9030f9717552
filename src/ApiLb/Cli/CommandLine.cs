using System.CommandLine;
using ApiLb.Demo;

namespace ApiLb.Cli;

/// <summary>The commands of <c>apilb</c>.</summary>
internal static class CommandLine
{
    public static Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand("ApiLb: a TCP load balancer for Kubernetes control planes.")
        {
            RunCommand.Create(),
            CheckCommand.Create(),
            StatusCommand.Create(),
            ExplainCommand.Create(),
            RebalanceCommand.Create(),
            ReloadCommand.Create(),
            DemoCommand.Create(),
            DoctorCommand.Create(),
            InitCommand.Create(),
            KubeconfigCommand.Create(),
            ValidateCommand.Create(),
            VersionCommand.Create(),
        };

        // Signals belong to the commands: a daemon stops in its own order.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
