using System.CommandLine;
using System.CommandLine.Parsing;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary>What all commands that ask the daemon have in common.</summary>
internal static class AdminOption
{
    /// <summary>What every such command returns besides its own.</summary>
    public const string ExitCodes = "3 no daemon answers; 4 no permission";

    public static Option<string> Socket() => new("--socket")
    {
        Description = "Path of the daemon's admin socket (admin.socket in its configuration)",
        HelpName = "PATH",
        DefaultValueFactory = _ => new AdminOptions().Socket!,
    };

    public static Argument<string> Backend() => new("BACKEND") { Description = "Its name, or POOL/NAME where several pools have one of that name" };

    /// <summary>Reads an option's value as the configuration file is read, with the same words when it is wrong.</summary>
    public static Func<ArgumentResult, T?> Parse<T>(Func<string, Parsed<T>> parse)
        where T : notnull => result =>
    {
        if (!parse(result.Tokens[0].Value).TryGet(out var value, out var problem))
        {
            result.AddError($"{result.Argument.Name}: {problem}");
        }

        return value;
    };

    /// <summary>Asks, prints the answer, and turns what can go wrong into a message and an exit code.</summary>
    /// <param name="command">Its name, for messages.</param>
    /// <param name="socket">Where the daemon is asked.</param>
    /// <param name="ask">Returns what to print.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="patience">How long an answer may take; null: as long as usual.</param>
    public static Task<int> RunAsync(
        string command, string socket, Func<AdminClient, Task<string>> ask, CancellationToken cancellation, TimeSpan? patience = null) =>
        RunAsync(
            command,
            socket,
            async Task<int> (client) =>
            {
                var text = await ask(client);
                await Console.Out.WriteLineAsync(text.AsMemory().TrimEnd('\n'), cancellation);
                return ExitCode.Success;
            },
            cancellation,
            patience);

    /// <summary>The same for a command that prints by itself.</summary>
    public static async Task<int> RunAsync(
        string command, string socket, Func<AdminClient, Task<int>> run, CancellationToken cancellation, TimeSpan? patience = null)
    {
        try
        {
            using var client = new AdminClient(socket, patience);
            return await run(client);
        }
        catch (AdminClientException e)
        {
            await Console.Error.WriteLineAsync(Terminal.Wrapped($"apilb {command}: {e.Message}", Console.IsErrorRedirected).AsMemory(), cancellation);
            return e.ExitCode;
        }
    }

    /// <summary>Without the blanks that tables leave at the end of lines.</summary>
    public static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));
}
