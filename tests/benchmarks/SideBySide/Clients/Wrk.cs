using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>Runs wrk and reads its figures.</summary>
internal static partial class Wrk
{
    // One thread saturates one core, which is what two cores have to spare for the client.
    private const int Threads = 1;

    public static async Task<WrkResult> RunAsync(Uri target, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var launch = new Launch("wrk",
        [
            "--latency",
            "--timeout", "10s", // The default of 2 s is short for thousands of connections that all begin at once.
            string.Create(CultureInfo.InvariantCulture, $"-t{Threads}"),
            string.Create(CultureInfo.InvariantCulture, $"-c{connections}"),
            string.Create(CultureInfo.InvariantCulture, $"-d{duration.TotalSeconds}s"),
            target.ToString(),
        ]);
        return Parse(await Tool.RunAsync(launch, cancellationToken));
    }

    private static WrkResult Parse(string output)
    {
        if (output.Contains("Socket errors", StringComparison.Ordinal) || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new MeasurementFailedException($"wrk met errors:\n{output.Trim()}");
        }

        return new WrkResult(
            long.Parse(Find(RequestCount(), output).Groups["value"].ValueSpan, CultureInfo.InvariantCulture),
            double.Parse(Find(RequestRate(), output).Groups["value"].ValueSpan, CultureInfo.InvariantCulture),
            ParseTime(Find(MedianLatency(), output)),
            ParseTime(Find(NinetyNinthLatency(), output)));
    }

    private static Match Find(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match ? match : throw new MeasurementFailedException($"wrk's output lacks {pattern}:\n{output.Trim()}");

    private static TimeSpan ParseTime(Match match)
    {
        var value = double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "us" => TimeSpan.FromMicroseconds(value),
            "ms" => TimeSpan.FromMilliseconds(value),
            "s" => TimeSpan.FromSeconds(value),
            var unit => throw new MeasurementFailedException($"wrk gave a latency in '{unit}'."),
        };
    }

    [GeneratedRegex(@"(?<value>\d+) requests in ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestRate();

    [GeneratedRegex(@"\s50%\s+(?<value>[\d.]+)(?<unit>us|ms|s)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MedianLatency();

    [GeneratedRegex(@"\s99%\s+(?<value>[\d.]+)(?<unit>us|ms|s)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NinetyNinthLatency();
}
