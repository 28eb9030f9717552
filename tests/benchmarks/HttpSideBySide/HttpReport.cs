using System.Globalization;
using System.Text;
using ApiLb.Benchmarks.SideBySide.Reporting;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>The comparison in Markdown: medians, ratios to nginx, and whether the targets are met.</summary>
internal static class HttpReport
{
    private const double LeastRequests = 0.8;
    private const double MostCpu = 1.6;
    private const double MostNinetyNinth = 2;

    public static string Write(int rounds, IReadOnlyList<string> programs, IReadOnlyList<HttpSample> samples, string kill)
    {
        var machine = MachineFacts.Read();
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{machine.Date:yyyy-MM-dd}, {machine.Processor}, {machine.Cores} cores, kernel {machine.Kernel}. Medians of {rounds}; in brackets the ratio to nginx.");
        foreach (var load in (string[])[HttpComparison.Http1, HttpComparison.Http2])
        {
            report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {load}").AppendLine();
            report.AppendLine("| | requests/s | CPU per request, us | p99, ms |").AppendLine("|---|---|---|---|");
            foreach (var program in programs)
            {
                report.AppendLine(CultureInfo.InvariantCulture, $"| {program} | {Cell(samples, program, load, s => s.RequestsPerSecond, "F0")} | {Cell(samples, program, load, s => s.CpuPerRequest, "F1")} | {Cell(samples, program, load, s => s.NinetyNinth, "F2")} |");
            }

            report.AppendLine();
            foreach (var program in programs.Where(p => p is HttpProxies.ApiLb or HttpProxies.ApiLbWithoutProfile))
            {
                report.AppendLine(Verdict(samples, program, load)).AppendLine();
            }
        }

        return report.AppendLine(kill).ToString();
    }

    private static string Verdict(IReadOnlyList<HttpSample> samples, string program, string load)
    {
        var requests = Ratio(samples, program, load, s => s.RequestsPerSecond);
        var cpu = Ratio(samples, program, load, s => s.CpuPerRequest);
        var tail = Ratio(samples, program, load, s => s.NinetyNinth);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Targets of {program}: requests/s at least {LeastRequests} of nginx: {requests:F2}, {Word(requests >= LeastRequests)}; CPU at most {MostCpu}: {cpu:F2}, {Word(cpu <= MostCpu)}; p99 at most {MostNinetyNinth}: {tail:F2}, {Word(tail <= MostNinetyNinth)}. Of bare YARP: requests/s {Ratio(samples, program, load, s => s.RequestsPerSecond, HttpProxies.Yarp):F2}, CPU {Ratio(samples, program, load, s => s.CpuPerRequest, HttpProxies.Yarp):F2}.");
    }

    private static string Word(bool isMet) => isMet ? "met" : "**missed**";

    private static string Cell(IReadOnlyList<HttpSample> samples, string program, string load, Func<HttpSample, double> value, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(samples, program, load, value).ToString(format, CultureInfo.InvariantCulture)} ({Ratio(samples, program, load, value):F2})");

    private static double Ratio(
        IReadOnlyList<HttpSample> samples, string program, string load, Func<HttpSample, double> value, string reference = HttpProxies.Reference) =>
        Of(samples, program, load, value) / Of(samples, reference, load, value);

    private static double Of(IReadOnlyList<HttpSample> samples, string program, string load, Func<HttpSample, double> value)
    {
        var values = samples.Where(s => s.Program == program && s.Load == load).Select(value).ToArray();
        return values.Length > 0 ? Median.Of(values) : double.NaN;
    }
}
