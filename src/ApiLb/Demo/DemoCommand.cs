using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using ApiLb.Configuration.Values;
using ApiLb.Demo.View;

namespace ApiLb.Demo;

/// <summary><c>apilb demo</c>: the load balancer at work on an empty machine.</summary>
internal static class DemoCommand
{
    private const string Summary =
        """
        Show the balancer at work: three API servers to kill, freeze and drain, on 127.0.0.1, without configuration or root.

        Example: apilb demo --for 30s --script "5s kill cp1; 15s revive cp1"
        Exit codes: 0 every request was answered; 1 one was not, or the demo could not start.
        """;

    public static Command Create()
    {
        var port = new Option<int?>("--port")
        {
            Description = "The balancer's port on 127.0.0.1 (default: 6443, or another one if that is taken)",
            HelpName = "N",
        };
        port.Validators.Add(result => RequireBetween(result, 1, 65535));
        var load = new Option<int>("--load")
        {
            Description = "New client connections per second, 0 to 200",
            HelpName = "N",
            DefaultValueFactory = _ => new DemoOptions().Load,
        };
        load.Validators.Add(result => RequireBetween(result, 0, 200));
        var duration = new Option<TimeSpan?>("--for")
        {
            Description = "How long to run, such as 30s (default: until q or Ctrl+C)",
            HelpName = "DURATION",
            CustomParser = result => Take(Duration.Parse(result.Tokens[0].Value), result),
        };
        var script = new Option<DemoScript>("--script")
        {
            Description = "What to do to the API servers and when: \"2s kill cp1; 5s revive cp1; 8s freeze cp2\"",
            HelpName = "STEPS",
            CustomParser = result => Take(DemoScript.Parse(result.Tokens[0].Value), result),
            DefaultValueFactory = _ => DemoScript.Empty,
        };
        var command = new Command("demo", Summary) { port, load, duration, script };
        command.SetAction((parsed, cancellation) => RunAsync(
            new DemoOptions
            {
                Port = parsed.GetValue(port),
                Load = parsed.GetRequiredValue(load),
                Duration = parsed.GetValue(duration),
                Script = parsed.GetRequiredValue(script),
            },
            parsed.InvocationConfiguration,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A closed terminal too must end the demo in order, or its temporary files would stay.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        try
        {
            await using var session = await DemoSession.StartAsync(options, TimeProvider.System, end.Token);
            return await ShowAsync(session, options.Duration, console.Output, end);
        }
        catch (IOException e)
        {
            await console.Error.WriteLineAsync($"apilb demo: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            end.CancelAfter(TimeSpan.Zero);
        }
    }

    private static async Task<int> ShowAsync(
        DemoSession session, TimeSpan? duration, TextWriter output, CancellationTokenSource end)
    {
        end.CancelAfter(duration ?? Timeout.InfiniteTimeSpan);
        var running = session.RunAsync(end.Token);
        try
        {
            await (IsTerminal(output)
                ? new LiveView(session, TimeProvider.System).RunAsync(end.Token)
                : new PlainView(session, output, TimeProvider.System).RunAsync(end.Token));
        }
        finally
        {
            // Also when the terminal is gone and nothing can be shown any more.
            await end.CancelAsync();
            await running;
        }

        var load = session.Snapshot().Load;
        var repeated = load.Cut == 0 ? "" : FormattableString.Invariant($" {load.Cut} repeated, because their server broke off.");
        await output.WriteLineAsync(FormattableString.Invariant(
            $"{load.Answered} requests answered, {load.Failed} failed, slowest {load.SlowestEver.TotalMilliseconds:0} ms.{repeated}"));
        return load.Failed == 0 ? 0 : 1;
    }

    private static bool IsTerminal(TextWriter output) =>
        ReferenceEquals(output, Console.Out)
        && !Console.IsInputRedirected
        && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);

    private static T? Take<T>(Parsed<T> parsed, ArgumentResult result)
        where T : notnull
    {
        if (!parsed.TryGet(out var value, out var problem))
        {
            result.AddError($"{result.Argument.Name}: {problem}");
        }

        return value;
    }

    private static void RequireBetween(OptionResult result, int minimum, int maximum)
    {
        if (result.Errors.Any() || result.Tokens.Count == 0 || !int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value))
        {
            return;
        }

        if (value < minimum || value > maximum)
        {
            result.AddError($"{result.Option.Name}: {value} is out of range; allowed: {minimum} to {maximum}");
        }
    }
}
