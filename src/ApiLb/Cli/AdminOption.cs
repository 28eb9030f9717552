using System.CommandLine;
using ApiLb.Configuration;

namespace ApiLb.Cli;

/// <summary>What all commands that ask the daemon have in common.</summary>
internal static class AdminOption
{
    public const string Json = "json";

    public static Option<string> Socket() => new("--socket")
    {
        Description = "Path of the daemon's admin socket (admin.socket in its configuration)",
        HelpName = "PATH",
        DefaultValueFactory = _ => new AdminOptions().Socket!,
    };

    /// <param name="forPeople">The name of the form for people, which is the default.</param>
    public static Option<string> Output(string forPeople)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = $"{forPeople}, for people, or json, for scripts",
            HelpName = $"{forPeople}|json",
            DefaultValueFactory = _ => forPeople,
        };
        output.AcceptOnlyFromAmong(forPeople, Json);
        return output;
    }

    /// <summary>Asks, prints the answer, and turns what can go wrong into a message and an exit code.</summary>
    /// <param name="command">Its name, for messages.</param>
    /// <param name="socket">Where the daemon is asked.</param>
    /// <param name="ask">Returns what to print.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="patience">How long an answer may take; null: as long as usual.</param>
    public static async Task<int> RunAsync(
        string command, string socket, Func<AdminClient, Task<string>> ask, CancellationToken cancellation, TimeSpan? patience = null)
    {
        try
        {
            using var client = new AdminClient(socket, patience);
            var text = await ask(client);
            await Console.Out.WriteLineAsync(text.AsMemory().TrimEnd('\n'), cancellation);
            return ExitCode.Success;
        }
        catch (AdminClientException e)
        {
            await Console.Error.WriteLineAsync($"apilb {command}: {e.Message}".AsMemory(), cancellation);
            return e.ExitCode;
        }
    }

    /// <summary>Without the blanks that tables leave at the end of lines.</summary>
    public static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));
}
