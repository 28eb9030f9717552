using System.Globalization;
using System.Net;
using ApiLb.Benchmarks.SideBySide;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>Two nginx behind ApiLb, of which one is killed with signal 9 under load: wrk's requests are idempotent, and none may fail.</summary>
internal static class KilledBackend
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(6);

    /// <returns>What happened, in one sentence.</returns>
    public static async Task<string> RunAsync(string apilb, string folder, CancellationToken cancellationToken)
    {
        await using var stays = await NginxBackends.StartAsync(Path.Combine(folder, "stays"), isTls: false, cancellationToken);
        await using var dies = await NginxBackends.StartAsync(Path.Combine(folder, "dies"), isTls: false, cancellationToken);
        IPEndPoint[] backends = [stays.EndPoints[0], dies.EndPoints[0]];
        var place = HttpComparison.NewPlace(folder, "killed");
        await using var process = ChildProcess.Start(HttpProxies.Prepare(HttpProxies.ApiLb, place, backends, apilb));
        await FirstAnswer.WaitAsync(place.Plain, null, process, cancellationToken);

        var load = Wrk.RunAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{place.Plain}{NginxBackends.SmallPath}")), 64, Load, cancellationToken);
        await Task.Delay(Before, TimeProvider.System, cancellationToken);
        await dies.KillAsync(cancellationToken);
        try
        {
            var seen = await load;
            return string.Create(CultureInfo.InvariantCulture, $"A backend killed with signal 9 under {seen.RequestsPerSecond:F0} requests/s: 0 of {seen.Requests} requests failed.");
        }
        catch (MeasurementFailedException failure)
        {
            return $"A backend killed with signal 9: **requests failed**. {failure.Message}";
        }
    }
}
