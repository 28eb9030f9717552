using System.CommandLine;
using ApiLb.Admin;
using ApiLb.Cli.Output;

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

    private static readonly AnswerForms<IReadOnlyList<BackendExplanation>> Forms = AnswerForms<IReadOnlyList<BackendExplanation>>.Drawn(
        () => AdminJsonContext.Default.IReadOnlyListBackendExplanation,
        (console, explanations) => explanations.ToList().ForEach(new ExplanationView(console).Draw),
        ExplanationCsv.Of);

    public static Command Create()
    {
        var backend = AdminOption.Backend();
        var socket = AdminOption.Socket();
        var format = OutputOption.Create();
        var command = new Command("explain", Summary) { backend, socket, format };
        command.SetAction((parsed, cancellation) => AdminOption.RunAsync(
            "explain",
            parsed.GetRequiredValue(socket),
            async client => Forms.Of(
                parsed.GetValue(format),
                await client.GetJsonAsync(new AdminPath("/v1/explain").With("backend", parsed.GetRequiredValue(backend)).ToString(), cancellation),
                client),
            cancellation));
        return command;
    }
}
