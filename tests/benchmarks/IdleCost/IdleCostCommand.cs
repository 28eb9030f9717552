using System.CommandLine;

namespace ApiLb.Benchmarks.IdleCost;

/// <summary><c>idle-cost</c>: what an idle connection costs when there are few and when there are many.</summary>
internal static class IdleCostCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Processes of ApiLb whose memory is measured; medians are reported.", DefaultValueFactory = _ => 3 };
        var apilb = new Option<string?>("--apilb") { Description = "An apilb binary; without it one is published from this source tree." };
        var report = new Option<string?>("--out") { Description = "A file for the report, in Markdown." };
        var command = new Command("idle-cost", "Prints what a connection costs with 900 and with 9,000 idle ones, for ApiLb and HAProxy.")
        {
            rounds, apilb, report,
        };
        rounds.Validators.Add(result =>
        {
            // Each holds 900 connections while one of them holds 9,000, and one process cannot hold more than 20,000.
            if (result.GetValueOrDefault<int>() is < 1 or > 9)
            {
                result.AddError("--rounds: must be between 1 and 9.");
            }
        });
        command.SetAction((result, cancellationToken) =>
            IdleCostRun.RunAsync(result.GetValue(rounds), result.GetValue(apilb), result.GetValue(report), cancellationToken));
        return command;
    }
}
