using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.Benchmarks.SideBySide;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>Runs h2load and reads its figures; the latencies are those of its log, which has every request.</summary>
internal static partial class H2Load
{
    public static async Task<HttpLoad> RunAsync(Uri target, string logFile, TimeSpan duration, CancellationToken cancellationToken)
    {
        File.Delete(logFile);
        var seconds = duration.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var output = await Tool.RunAsync(new Launch("h2load", ["-t1", "-c8", "-m8", "-D", seconds, $"--log-file={logFile}", target.ToString()]), cancellationToken);
        var match = Requests().Match(output);
        if (!match.Success || match.Groups["failed"].Value != "0" || match.Groups["errored"].Value != "0")
        {
            throw new MeasurementFailedException($"h2load met errors:\n{output.Trim()}");
        }

        var requests = long.Parse(match.Groups["succeeded"].ValueSpan, CultureInfo.InvariantCulture);
        var times = File.ReadLines(logFile).Select(line => long.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture)).Order().ToArray();
        return new HttpLoad(requests, requests / duration.TotalSeconds, TimeSpan.FromMicroseconds(times[times.Length * 99 / 100]));
    }

    [GeneratedRegex(@"(?<succeeded>\d+) succeeded, (?<failed>\d+) failed, (?<errored>\d+) errored", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Requests();
}
