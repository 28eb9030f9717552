using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Cli.Output;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary><c>apilb connections</c>: who is connected to whom, and how much.</summary>
internal static class ConnectionsCommand
{
    private const int ShownByDefault = 20;

    private const string Summary =
        $"""
        Show established connections: the busiest, the oldest or the longest idle ones first.

        Example: apilb connections --sort idle --limit 50 --backend cp1
        Exit codes: 0 shown; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}.
        """;

    private static readonly AnswerForms<ConnectionsStatus> Forms = AnswerForms<ConnectionsStatus>.Drawn(
        () => AdminJsonContext.Default.ConnectionsStatus, (console, status) => new ConnectionTable(console).Draw(status), WriteCsv);

    public static Command Create()
    {
        var sort = ChoiceOption.Create<ConnectionOrder>("--sort", "Which come first: the most bytes (the default), the oldest, or the longest idle");
        var limit = new Option<int>("--limit", "-n")
        {
            Description = "How many at most",
            HelpName = "N",
            DefaultValueFactory = _ => ShownByDefault,
            CustomParser = AdminOption.Parse(WholeNumber.Between(1, ConnectionsRequest.MostShown)),
        };
        var backend = new Option<string?>("--backend") { Description = "Only those of this backend", HelpName = "BACKEND" };
        var source = new Option<string?>("--source") { Description = "Only those of clients at this address", HelpName = "IP" };
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("connections", Summary) { sort, limit, backend, source, socket, format };
        command.SetAction((parsed, cancellation) =>
        {
            var query = new AdminPath("/v1/connections")
                .With("sort", Choice.WordOf(parsed.GetValue(sort)))
                .With("limit", parsed.GetValue(limit))
                .With("backend", parsed.GetValue(backend))
                .With("source", parsed.GetValue(source));
            return AdminOption.RunAsync(
                "connections", parsed.GetRequiredValue(socket), async client => Forms.Of(parsed.GetValue(format), await client.GetJsonAsync(query.ToString(), cancellation), client), cancellation);
        });
        return command;
    }

    private static Csv WriteCsv(ConnectionsStatus status)
    {
        var csv = new Csv(
            "listener", "client", "server_name", "protocols", "pool", "backend", "age_seconds", "idle_seconds", "bytes_to_backend", "bytes_to_client");
        foreach (var c in status.Connections)
        {
            csv.Add(c.Listener, c.Client, c.ServerName, c.Protocols, c.Pool, c.Backend, c.AgeSeconds, c.IdleSeconds, c.BytesToBackend, c.BytesToClient);
        }

        return csv;
    }
}
