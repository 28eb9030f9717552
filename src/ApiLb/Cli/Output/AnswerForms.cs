using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace ApiLb.Cli.Output;

/// <summary>How one kind of answer looks in each <see cref="OutputFormat"/>.</summary>
/// <param name="Type">As the daemon writes it. Asked for when it is needed: making it takes time, of which the daemon has none to lose at its start.</param>
/// <param name="Table">For people.</param>
/// <param name="Csv">For spreadsheets.</param>
internal sealed record AnswerForms<T>(Func<JsonTypeInfo<T>> Type, Func<T, string> Table, Func<T, Csv> Csv)
{
    /// <summary>The table is prose, which a terminal breaks between words.</summary>
    public bool IsProse { get; init; }

    /// <summary>Forms whose table is drawn as wide as the terminal.</summary>
    public static AnswerForms<T> Drawn(Func<JsonTypeInfo<T>> type, Action<IAnsiConsole, T> draw, Func<T, Csv> csv) => new(type, answer => Draw(answer, draw), csv);

    /// <summary>Forms whose table is prose.</summary>
    public static AnswerForms<T> Told(Func<JsonTypeInfo<T>> type, Func<T, string> tell, Func<T, Csv> csv) => new(type, tell, csv) { IsProse = true };

    /// <summary>An answer of the daemon. JSON stays as it came: a newer daemon may say more than this client knows.</summary>
    /// <exception cref="AdminClientException">The answer makes no sense.</exception>
    public string Of(OutputFormat format, string json, AdminClient client) =>
        format == OutputFormat.Json ? json : Of(format, client.Parse(json, Type()));

    public string Of(OutputFormat format, T answer) => format switch
    {
        OutputFormat.Json => JsonSerializer.Serialize(answer, Type()),
        OutputFormat.Csv => Csv(answer).ToString(),
        _ when IsProse => Terminal.Wrapped(Table(answer), Console.IsOutputRedirected),
        _ => Table(answer),
    };

    /// <summary>Prints an answer that may tell of a failure: a message for people then, while a script reads it where it reads every other.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="AdminClientException">It is to be a message, or makes no sense.</exception>
    public async Task<int> TellAsync(OutputFormat format, string json, AdminClient client, Func<T, int> exitCodeOf, CancellationToken cancellation)
    {
        var answer = client.Parse(json, Type());
        var exitCode = exitCodeOf(answer);
        if (exitCode != ExitCode.Success && format == OutputFormat.Table)
        {
            throw new AdminClientException(exitCode, Table(answer));
        }

        await Console.Out.WriteLineAsync(Of(format, json, client).AsMemory().TrimEnd('\n'), cancellation);
        return exitCode;
    }

    private static string Draw(T answer, Action<IAnsiConsole, T> draw)
    {
        using var text = new StringWriter();
        draw(Terminal.NewConsole(text), answer);
        return AdminOption.Trimmed(text.ToString());
    }
}
