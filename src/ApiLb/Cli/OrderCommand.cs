using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary>Gives one order about a backend, tells what became of it, and waits if that is wanted.</summary>
/// <param name="name">Of the command, and of the path that takes it.</param>
internal sealed class OrderCommand(string name)
{
    private static readonly AnswerForms<OrderResult> Forms = AnswerForms<OrderResult>.Told(
        () => AdminJsonContext.Default.OrderResult, order => order.Message, BackendCsv.Of);

    private readonly Argument<string> _backend = AdminOption.Backend();
    private readonly Option<string> _socket = AdminOption.Socket();
    private readonly Option<OutputFormat> _output = OutputOption.Create();
    private readonly List<Argument> _arguments = [];
    private readonly List<Option> _options = [];
    private readonly List<Func<ParseResult, AdminPath, AdminPath>> _parameters = [];
    private Option<bool>? _wait;
    private Option<TimeSpan?>? _timeout;
    private BackendGoal? _goal;

    /// <summary>Adds a symbol whose value is a parameter of the order.</summary>
    public OrderCommand With<T>(Option<T> option)
    {
        _options.Add(option);
        _parameters.Add((parsed, path) => path.With(option.Name.TrimStart('-'), Write(parsed.GetValue(option))));
        return this;
    }

    /// <summary>Adds an argument whose value is a parameter of the order.</summary>
    public OrderCommand With(Argument<string> argument, string parameter)
    {
        _arguments.Add(argument);
        _parameters.Add((parsed, path) => path.With(parameter, parsed.GetValue(argument)));
        return this;
    }

    /// <summary>Adds <c>--wait</c> and <c>--timeout</c>.</summary>
    public OrderCommand WithWait(BackendGoal goal)
    {
        _goal = goal;
        _wait = OrderOption.Wait($"it {goal.Description}");
        _timeout = OrderOption.Timeout();
        return this;
    }

    public Command Create(string summary)
    {
        var command = new Command(name, summary) { _backend };
        _arguments.ForEach(command.Add);
        _options.ForEach(command.Add);
        if (_wait is not null && _timeout is not null)
        {
            command.Add(_wait);
            command.Add(_timeout);
        }

        command.Add(_socket);
        command.Add(_output);
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            name, parsed.GetRequiredValue(_socket), async Task<int> (client) => await RunAsync(client, parsed, cancellation), cancellation));
        return command;
    }

    private async Task<int> RunAsync(AdminClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var path = _parameters.Aggregate(new AdminPath($"/v1/{name}").With("backend", parsed.GetRequiredValue(_backend)), (p, add) => add(parsed, p));
        var json = await client.PostJsonAsync(path.ToString(), cancellation);
        var result = client.Parse(json, AdminJsonContext.Default.OrderResult);
        await TellAsync(Forms.Of(parsed.GetValue(_output), json, client), result.Warning, cancellation);
        return _goal is not null && _wait is not null && parsed.GetValue(_wait)
            ? await new BackendWait(client, result.Backend, _goal, TimeProvider.System).RunAsync(parsed.GetValue(_timeout!) ?? OrderOption.DefaultTimeout, cancellation)
            : ExitCode.Success;
    }

    private static async Task TellAsync(string answer, string? warning, CancellationToken cancellation)
    {
        await Console.Out.WriteLineAsync(answer.AsMemory().TrimEnd('\n'), cancellation);
        if (warning is not null)
        {
            await Console.Error.WriteLineAsync(Terminal.Wrapped($"warning: {warning}", Console.IsErrorRedirected).AsMemory(), cancellation);
        }
    }

    private static object? Write(object? value) => value is TimeSpan time ? Duration.Format(time) : value;
}
