using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>Runs ab without keep-alive and reads its figures.</summary>
internal static partial class ApacheBench
{
    public static async Task<ApacheBenchResult> RunAsync(Uri target, int atOnce, int connections, CancellationToken cancellationToken)
    {
        var launch = new Launch("ab",
        [
            "-q",
            "-c", atOnce.ToString(CultureInfo.InvariantCulture),
            "-n", connections.ToString(CultureInfo.InvariantCulture),
            target.ToString(),
        ]);
        var output = await Tool.RunAsync(launch, cancellationToken);
        var complete = Find(CompleteRequests(), output);
        if (complete != connections || Find(FailedRequests(), output) != 0)
        {
            throw new MeasurementFailedException($"ab met errors:\n{output.Trim()}");
        }

        return new ApacheBenchResult(connections, Find(RequestRate(), output));
    }

    private static double Find(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match
            ? double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture)
            : throw new MeasurementFailedException($"ab's output lacks {pattern}:\n{output.Trim()}");

    [GeneratedRegex(@"Complete requests:\s+(?<value>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CompleteRequests();

    [GeneratedRegex(@"Failed requests:\s+(?<value>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FailedRequests();

    [GeneratedRegex(@"Requests per second:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestRate();
}
