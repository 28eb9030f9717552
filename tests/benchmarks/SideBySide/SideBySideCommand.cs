using System.CommandLine;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Measurements;

namespace ApiLb.Benchmarks.SideBySide;

/// <summary>The verb <c>side-by-side</c>: turns the command line into <see cref="SideBySideOptions"/>.</summary>
internal static class SideBySideCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Runs per measurement and balancer; medians are reported.", DefaultValueFactory = _ => 3 };
        var only = new Option<string?>("--only")
        {
            Description = $"Balancers, separated by commas, of: {string.Join(", ", BalancerCatalog.All)}.",
            DefaultValueFactory = _ => string.Join(',', BalancerCatalog.Default),
        };
        var measure = new Option<string?>("--measure")
        {
            Description = $"Measurements, separated by commas, of: {string.Join(", ", MeasurementCatalog.Names)}. Default: all; with --tls: connections.",
        };
        var apilb = new Option<string?>("--apilb") { Description = "An apilb binary. Default: published from this source tree." };
        var other = new Option<string?>("--other") { Description = "A second apilb binary: apilb-other in --only." };
        var report = new Option<string?>("--out") { Description = "A file for the report, in Markdown." };
        var busy = new Option<int>("--connections") { Description = "Connections that carry requests at the same time.", DefaultValueFactory = _ => 64 };
        var idle = new Option<int>("--idle-connections") { Description = "Connections held open without traffic.", DefaultValueFactory = _ => 3500 };
        var tls = new Option<bool>("--tls") { Description = "The backends speak TLS, which the balancers pass through." };
        var command = new Command("side-by-side", "Runs ApiLb, HAProxy and nginx stream in turn on the same backends and prints the ratios.")
        {
            rounds, only, measure, apilb, other, report, busy, idle, tls,
        };

        Require(rounds, value => value is >= 1 and <= 99, "between 1 and 99");
        Require(busy, value => value is >= 2 and <= 9000, "between 2 and 9000");
        Require(idle, value => value is >= 1 and <= 9000, "between 1 and 9000");
        RequireNames(only, BalancerCatalog.All);
        RequireNames(measure, MeasurementCatalog.Names);

        command.SetAction((result, cancellationToken) =>
        {
            var options = new SideBySideOptions
            {
                Rounds = result.GetValue(rounds),
                Balancers = Split(result.GetValue(only)),
                Measurements = result.GetValue(measure) is { } names ? Split(names) : MeasurementCatalog.DefaultFor(result.GetValue(tls)),
                ApiLbPath = result.GetValue(apilb),
                OtherPath = result.GetValue(other),
                ReportFile = result.GetValue(report),
                BusyConnections = result.GetValue(busy),
                IdleConnections = result.GetValue(idle),
                Tls = result.GetValue(tls),
            };
            return SideBySideRun.RunAsync(options, cancellationToken);
        });
        return command;
    }

    private static string[] Split(string? names) =>
        (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Require(Option<int> option, Func<int, bool> isAllowed, string allowed) => option.Validators.Add(result =>
    {
        if (!isAllowed(result.GetValueOrDefault<int>()))
        {
            result.AddError($"{option.Name}: must be {allowed}.");
        }
    });

    private static void RequireNames(Option<string?> option, IReadOnlyList<string> known) => option.Validators.Add(result =>
    {
        foreach (var name in Split(result.GetValueOrDefault<string?>()).Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            result.AddError($"{option.Name}: '{name}' is none of {string.Join(", ", known)}.");
        }
    });
}
