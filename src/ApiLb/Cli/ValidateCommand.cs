using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ApiLb.Cli.Output;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Kubernetes;
using ApiLb.Validation;

namespace ApiLb.Cli;

/// <summary><c>apilb validate</c>: is the control plane behind the balancer as available as it is meant to be?</summary>
internal static class ValidateCommand
{
    private const string Summary =
        """
        Check the control plane through the load balancer: every apiserver, new connections, etcd, and with --during what clients notice while you break something.

        With --config (the default) as a client on this host; with --kubeconfig through the address that it names, from anywhere, also before ApiLb is in place. With both, apiservers and etcd members of the configuration are asked too.

        Example: apilb validate --during 60s
        Exit codes: 0 all is well (there may be warnings); 1 wrong arguments, or it could not be started; 2 something is not well.
        """;

    private static readonly AnswerForms<ValidationReport> Forms = new(
        () => ValidationJsonContext.Default.ValidationReport, ValidationReportText.Format, ValidationReportText.WriteCsv);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static Command Create()
    {
        var config = ConfigOption.Create();
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "A kubeconfig whose server is the load balancer, such as /etc/kubernetes/admin.conf.", HelpName = "FILE" };
        var write = new Option<bool>("--write") { Description = "Also create, watch and delete an object in a namespace made for it; needs --kubeconfig." };
        var during = new Option<TimeSpan>("--during")
        {
            Description = $"How long to open 20 new connections a second while you break something, unless Ctrl-C ends it earlier; {Duration.Format(Shortest)} to {Duration.Format(Longest)}.",
            HelpName = "60s",
            CustomParser = result =>
            {
                if (!Duration.Between(Shortest, Longest)(result.Tokens[0].Value).TryGet(out var time, out var problem))
                {
                    result.AddError($"--during: {problem}");
                }

                return time;
            },
        };
        var format = OutputOption.Create();
        var command = new Command("validate", Summary) { config, kubeconfig, write, during, format };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(kubeconfig) is null || parsed.GetResult(config) is { Implicit: false } ? parsed.GetValue(config) : null,
            parsed.GetValue(kubeconfig),
            plan => plan with { Writes = parsed.GetValue(write), During = parsed.GetValue(during) },
            parsed.GetValue(format),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, string? kubeconfig, Func<ValidationPlan, ValidationPlan> complete, OutputFormat format, CancellationToken cancellation)
    {
        try
        {
            var plan = complete(await PlanAsync(config, kubeconfig, cancellation));
            return plan.Writes && kubeconfig is null
                ? throw new ValidationException("--write needs --kubeconfig, with credentials that may create namespaces")
                : await RunAsync(plan, format, cancellation);
        }
        catch (Exception e) when (e is ValidationException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"apilb validate: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("apilb validate: stopped before its end");
        }

        return ExitCode.Failure;
    }

    private static async Task<int> RunAsync(ValidationPlan plan, OutputFormat format, CancellationToken cancellation)
    {
        using var enough = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var view = new ValidationProgressView(Console.Error, Console.IsErrorRedirected ? null : Console.WindowWidth, TimeProvider.System);
        var report = await new Validator(plan, TimeProvider.System, view.Show).RunAsync(enough.Token, stop.Token);
        view.End();
        await Console.Out.WriteLineAsync(Forms.Of(format, report).TrimEnd('\n'));
        return report.Passed ? ExitCode.Success : ExitCode.NotWell;

        // The first one ends the waiting of --during: what was seen by then is worth a report.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            _ = (plan.During > TimeSpan.Zero && !enough.IsCancellationRequested ? enough : stop).CancelAsync();
        }
    }

    private static async Task<ValidationPlan> PlanAsync(string? config, string? kubeconfig, CancellationToken cancellation)
    {
        var configured = config is null ? null : await ConfiguredAsync(config, cancellation);
        if (kubeconfig is null)
        {
            return configured!;
        }

        var loaded = await KubeconfigFile.LoadAsync(kubeconfig, cancellation);
        return loaded.TryGet(out var credentials, out var failure)
            ? ValidationPlanner.Of(credentials) with { Apiservers = configured?.Apiservers ?? [], Etcd = configured?.Etcd }
            : throw new ValidationException($"--kubeconfig: {failure.Detail}");
    }

    private static async Task<ValidationPlan> ConfiguredAsync(string config, CancellationToken cancellation)
    {
        var result = await ConfigurationFile.LoadAsync(config, cancellation);
        return !result.IsValid
            ? throw new ValidationException($"{string.Join('\n', ConfigurationReport.Lines(result))}\nCorrect {config}, or name a kubeconfig with --kubeconfig.")
            : await ValidationPlanner.OfAsync(result.Options, cancellation)
                ?? throw new ValidationException($"{config} has no listener whose pool has health.type kube-apiserver; name a kubeconfig with --kubeconfig");
    }
}
