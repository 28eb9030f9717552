using System.CommandLine;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary><c>http</c>: ApiLb, nginx, HAProxy and bare YARP as HTTP proxies on the same backends.</summary>
internal static class HttpCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often everything is measured; the report gives medians.", DefaultValueFactory = _ => 3 };
        var apilb = new Option<string?>("--apilb") { Description = "An apilb binary; without it one is published from this source tree." };
        var only = new Option<string>("--only") { Description = "Programs, in the order of their turns.", DefaultValueFactory = _ => string.Join(',', HttpProxies.Names) };
        var report = new Option<string?>("--out") { Description = "A file for the report, in Markdown." };
        var command = new Command("http", "Runs ApiLb, nginx, HAProxy and bare YARP in turn as HTTP proxies, and prints the ratios to nginx.")
        {
            rounds, apilb, only, report,
        };
        command.SetAction((result, cancellationToken) => HttpComparison.RunAsync(
            result.GetValue(rounds), result.GetRequiredValue(only).Split(','), result.GetValue(apilb), result.GetValue(report), cancellationToken));
        return command;
    }
}
