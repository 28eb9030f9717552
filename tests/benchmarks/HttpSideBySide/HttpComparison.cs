using System.Globalization;
using ApiLb.Benchmarks.SideBySide;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>One comparison from start to report. Every process that it starts is stopped by its own id.</summary>
internal static class HttpComparison
{
    public const string Http1 = "HTTP/1.1, wrk, 64 connections";
    public const string Http2 = "HTTP/2 over TLS, h2load, 8 connections of 8 streams";

    /// <summary>Until programs that compile while they run have done with it: 18 s, then their cost stays the same.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(int rounds, IReadOnlyList<string> programs, string? apilb, string? reportFile, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("apilb-http-").FullName;
        try
        {
            apilb ??= await ApiLbBuild.PublishAsync(Path.Combine(folder, "published"), cancellationToken);
            var samples = await MeasureAsync(rounds, programs, apilb, folder, cancellationToken);
            var kill = await KilledBackend.RunAsync(apilb, folder, cancellationToken);
            var report = HttpReport.Write(rounds, programs, samples, kill);
            Console.Out.WriteLine(report);
            if (reportFile is not null)
            {
                await File.WriteAllTextAsync(reportFile, report, cancellationToken);
            }

            return 0;
        }
        catch (MeasurementFailedException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Folder and ports of one run, with a certificate.</summary>
    public static HttpPlace NewPlace(string folder, string name)
    {
        var place = new HttpPlace(
            Path.Combine(folder, name), FreePort.Next(), FreePort.Next(), Path.Combine(folder, name, "tls.crt"), Path.Combine(folder, name, "tls.key"));
        Directory.CreateDirectory(place.Folder);
        BackendCertificate.Write(place.Certificate, place.Key).Dispose();
        return place;
    }

    private static async Task<List<HttpSample>> MeasureAsync(
        int rounds, IReadOnlyList<string> programs, string apilb, string folder, CancellationToken cancellationToken)
    {
        await using var backends = await NginxBackends.StartAsync(Path.Combine(folder, "backends"), isTls: false, cancellationToken);
        var samples = new List<HttpSample>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var program in programs)
            {
                var place = NewPlace(folder, $"{program}-{round}");
                await using var process = ChildProcess.Start(HttpProxies.Prepare(program, place, backends.EndPoints, apilb));
                await FirstAnswer.WaitAsync(place.Plain, null, process, cancellationToken);
                samples.Add(await MeasureAsync(program, Http1, process, duration => RunWrkAsync(place, duration, cancellationToken)));
                samples.Add(await MeasureAsync(program, Http2, process, duration => H2Load.RunAsync(
                    new Uri($"https://{place.Tls}{NginxBackends.SmallPath}"), place.PathOf("h2load.log"), duration, cancellationToken)));
                Console.Error.WriteLine($"round {round}: {samples[^2]}\n         {samples[^1]}");
            }
        }

        return samples;
    }

    private static async Task<HttpSample> MeasureAsync(string program, string name, ChildProcess process, Func<TimeSpan, Task<HttpLoad>> runAsync)
    {
        await runAsync(WarmUp);
        var usage = new ProcessTree(process.Id);
        var before = usage.ReadCpuTime();
        var load = await runAsync(Duration);
        var cpu = usage.ReadCpuTime() - before;
        return new HttpSample(program, name, load.RequestsPerSecond, cpu.TotalMicroseconds / load.Requests, load.NinetyNinth.TotalMilliseconds);
    }

    private static async Task<HttpLoad> RunWrkAsync(HttpPlace place, TimeSpan duration, CancellationToken cancellationToken)
    {
        var seen = await Wrk.RunAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{place.Plain}{NginxBackends.SmallPath}")), 64, duration, cancellationToken);
        return new HttpLoad(seen.Requests, seen.RequestsPerSecond, seen.NinetyNinth);
    }
}
