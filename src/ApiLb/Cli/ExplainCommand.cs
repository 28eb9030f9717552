using System.CommandLine;
using System.Globalization;
using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary><c>apilb explain BACKEND</c>: why a backend is as it is.</summary>
internal static class ExplainCommand
{
    private const string Summary =
        $"""
        Tell why a backend is as it is: state, last checks, every change and who caused it, connections closed and why.

        Example: apilb explain cp1
        Exit codes: 0 told; 1 wrong arguments, or no such backend; {AdminOption.ExitCodes}.
        """;

    public static Command Create()
    {
        var backend = new Argument<string>("BACKEND") { Description = "Its name, or POOL/NAME where several pools have one of that name" };
        var socket = AdminOption.Socket();
        var output = AdminOption.Output("text");
        var command = new Command("explain", Summary) { backend, socket, output };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "explain",
            parsed.GetRequiredValue(socket),
            client => RunAsync(client, parsed.GetRequiredValue(backend), parsed.GetRequiredValue(output) == AdminOption.Json, cancellation),
            cancellation));
        return command;
    }

    private static async Task<string> RunAsync(AdminClient client, string backend, bool isJson, CancellationToken cancellation)
    {
        var path = $"/v1/explain?backend={Uri.EscapeDataString(backend)}";
        return isJson
            ? await client.GetJsonAsync(path, cancellation)
            : Draw(await client.GetAsync(path, AdminJsonContext.Default.IReadOnlyListBackendExplanation, cancellation));
    }

    private static string Draw(IReadOnlyList<BackendExplanation> explanations)
    {
        using var text = new StringWriter();
        var console = Terminal.NewConsole(text);
        foreach (var explanation in explanations)
        {
            Draw(console, explanation);
        }

        return AdminOption.Trimmed(text.ToString());
    }

    private static void Draw(IAnsiConsole console, BackendExplanation explanation)
    {
        var backend = explanation.Backend;
        console.Write(new Paragraph($"{explanation.Pool}/{backend.Name}", new Style(decoration: Decoration.Bold)).Append($"  {backend.Address}\n"));
        Line(console, "state", $"{backend.Status.Replace('_', ' ')} for {ShortText.Duration(backend.SinceSeconds)}: {backend.Detail}");
        Line(console, "operator", backend.ModeOrder is { } order ? $"{backend.Mode} {StatusText.Order(order)}" : backend.Mode);
        Line(console, "weight", backend.WeightOrder is { } weight ? $"{backend.Weight} (configured {backend.ConfiguredWeight}) {StatusText.Order(weight)}" : $"{backend.Weight}");
        Line(console, "gets new", explanation.NewConnections);
        Line(console, "serves", $"{backend.Active} connections now, {backend.Connections} so far; {backend.ConnectFailures} attempts failed, {backend.Failovers} clients saved by others");
        Line(console, "closed", explanation.Closes.Count == 0 ? "none yet" : string.Join(", ", explanation.Closes.Select(c => $"{c.Value} {c.Key}")));
        console.WriteLine();
        console.WriteLine("Last checks");
        foreach (var probe in explanation.Probes)
        {
            console.Write(new Text($"  {ShortText.Duration(probe.AgeSeconds),6} ago  {probe.Layer}  {ShortText.Latency(probe.DurationSeconds),8}  {probe.Detail}\n"));
        }

        console.WriteLine();
        console.WriteLine("What happened");
        foreach (var happened in explanation.Events)
        {
            var at = happened.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            console.Write(new Text($"  {at}  {happened.Kind,-8}  {happened.Text}\n"));
        }
    }

    private static void Line(IAnsiConsole console, string name, string value) => console.Write(new Text($"  {name,-9} {value}\n"));
}
