using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Backends;
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

    public static Command Create()
    {
        var sort = new Option<ConnectionOrder>("--sort")
        {
            Description = "Which come first: the most bytes, the oldest, or the longest idle",
            HelpName = string.Join('|', Choice.Words<ConnectionOrder>()),
            DefaultValueFactory = _ => ConnectionOrder.Bytes,
            CustomParser = AdminOption.Parse(Choice.Of<ConnectionOrder>()),
        };
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
        var format = AdminOption.Format();
        var command = new Command("connections", Summary) { sort, limit, backend, source, socket, format };
        command.SetAction((parsed, cancellation) =>
        {
            var query = new AdminPath("/v1/connections")
                .With("sort", Choice.WordOf(parsed.GetValue(sort)))
                .With("limit", parsed.GetValue(limit))
                .With("backend", parsed.GetValue(backend))
                .With("source", parsed.GetValue(source));
            return AdminOption.RunAsync(
                "connections", parsed.GetRequiredValue(socket), client => RunAsync(client, query.ToString(), parsed.GetValue(format), cancellation), cancellation);
        });
        return command;
    }

    private static async Task<string> RunAsync(AdminClient client, string path, OutputFormat format, CancellationToken cancellation)
    {
        var json = await client.GetJsonAsync(path, cancellation);
        return format switch
        {
            OutputFormat.Json => json,
            OutputFormat.Csv => WriteCsv(client.Parse(json, AdminJsonContext.Default.ConnectionsStatus)),
            _ => Draw(client.Parse(json, AdminJsonContext.Default.ConnectionsStatus)),
        };
    }

    private static string WriteCsv(ConnectionsStatus status)
    {
        var csv = new Csv(
            "listener", "client", "server_name", "protocols", "pool", "backend", "age_seconds", "idle_seconds", "bytes_to_backend", "bytes_to_client");
        foreach (var c in status.Connections)
        {
            csv.Add(c.Listener, c.Client, c.ServerName, c.Protocols, c.Pool, c.Backend, c.AgeSeconds, c.IdleSeconds, c.BytesToBackend, c.BytesToClient);
        }

        return csv.ToString();
    }

    private static string Draw(ConnectionsStatus status)
    {
        using var text = new StringWriter();
        new ConnectionTable(Terminal.NewConsole(text)).Draw(status);
        return AdminOption.Trimmed(text.ToString());
    }
}
