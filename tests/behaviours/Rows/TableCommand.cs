using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ApiLb.BehaviourTests.Balancers;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>
/// table [--out FILE] [--balancers apilb,haproxy,nginx] [--rows 1,16-24]: runs the rows, prints them as they end, and writes the table.
/// Exit code 1 when ApiLb fails a row.
/// </summary>
internal static class TableCommand
{
    private const int AtOnce = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "");
        var balancers = options.GetValueOrDefault("--balancers", string.Join(',', Balancer.Names)).Split(',');
        var rows = TableRow.All.Where(row => IsChosen(row.Row.Number, options.GetValueOrDefault("--rows", ""))).ToList();
        if (options.Keys.Except(["--out", "--balancers", "--rows"]).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"unknown argument {unknown}; allowed: --out FILE, --balancers apilb,haproxy,nginx, --rows 1,16-24");
            return 2;
        }

        var began = TimeProvider.System.GetTimestamp();
        ConcurrentDictionary<(TableRow, string), Verdict> verdicts = new();
        var runs = rows.SelectMany(row => balancers.Select(balancer => (Row: row, Balancer: balancer))).ToList();
        ParallelOptions together = new() { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(runs.Where(run => !run.Row.IsAlone), together, async (run, _) => await RunAsync(run.Row, run.Balancer, verdicts));
        foreach (var run in runs.Where(run => run.Row.IsAlone))
        {
            await RunAsync(run.Row, run.Balancer, verdicts);
        }

        var page = TablePage.Write(rows, balancers, (row, balancer) => verdicts[(row, balancer)]);
        if (options.GetValueOrDefault("--out") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, page);
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s"));
        return rows.Any(row => balancers.Contains(Balancer.ApiLb) && verdicts[(row, Balancer.ApiLb)].Outcome == Outcome.Fail) ? 1 : 0;
    }

    private static async Task RunAsync(TableRow row, string balancer, ConcurrentDictionary<(TableRow, string), Verdict> verdicts)
    {
        var began = TimeProvider.System.GetTimestamp();
        var verdict = verdicts[(row, balancer)] = await row.RunAsync(balancer);
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{row.Row.Number,2} {row.Name}: {balancer}: {verdict.Word.Trim('*')}");
        line.Append(CultureInfo.InvariantCulture, $", {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s. {verdict.Reason} {verdict.Figures}");
        await Console.Out.WriteLineAsync(line.ToString());
    }

    private static bool IsChosen(int number, string choice) =>
        choice.Length == 0 || choice.Split(',').Select(part => part.Split('-')).Any(range => number >= Parse(range[0]) && number <= Parse(range[^1]));

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
