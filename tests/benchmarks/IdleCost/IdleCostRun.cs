using System.Globalization;
using ApiLb.Benchmarks.SideBySide;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Reporting;

namespace ApiLb.Benchmarks.IdleCost;

/// <summary>One measurement from start to report. Every process that it starts is stopped by its own id.</summary>
internal static class IdleCostRun
{
    /// <summary>Processes of ApiLb as it is shipped.</summary>
    private const int AsShipped = 2;

    public static async Task<int> RunAsync(int rounds, string? apilb, string? reportFile, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("apilb-idle-cost-").FullName;
        try
        {
            apilb ??= await ApiLbBuild.PublishAsync(Path.Combine(folder, "published"), cancellationToken);
            var machine = MachineFacts.Read();
            IBalancer[] balancers =
            [
                .. Enumerable.Repeat(BalancerCatalog.CompiledOnce, rounds)
                    .Concat(Enumerable.Repeat(ApiLbBalancer.BalancerName, AsShipped))
                    .Append(BalancerCatalog.Reference)
                    .Select(name => BalancerCatalog.Create(name, apilb, null)),
            ];
            var costs = await MeasureAsync(balancers, folder, cancellationToken);
            var report = new IdleCostReport(machine, costs).Write();
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
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Cancelled; every process has been stopped.");
            return 130;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<ProcessCost>> MeasureAsync(IBalancer[] balancers, string folder, CancellationToken cancellationToken)
    {
        var options = new SideBySideOptions
        {
            Rounds = 1,
            Balancers = [],
            Measurements = [],
            BusyConnections = 0,
            IdleConnections = IdleCostReport.Many,
            Tls = false,
        };
        await using var bed = await TestBed.CreateAsync(folder, options, cancellationToken);
        using var load = new SemaphoreSlim(1);
        var processes = new List<CostedProcess>();
        try
        {
            foreach (var balancer in balancers)
            {
                processes.Add(await CostedProcess.StartAsync(balancer, bed, load, takesCpu: balancer.Name != BalancerCatalog.CompiledOnce, cancellationToken));
            }

            await ReadAsync(processes, cancellationToken);
            return [.. processes.Select(process => process.Cost)];
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    /// <summary>All at once while they hold few; then one after the other, because this process holds their clients.</summary>
    private static async Task ReadAsync(IReadOnlyList<CostedProcess> processes, CancellationToken cancellationToken)
    {
        await Task.WhenAll(processes.Select(async process =>
        {
            await process.WarmUpAsync(cancellationToken);
            foreach (var connections in (int[])[0, IdleCostReport.Few])
            {
                await ReadAsync(process, connections, cancellationToken);
            }
        }));

        foreach (var process in processes)
        {
            await ReadAsync(process, IdleCostReport.Many, cancellationToken);
            await process.ReleaseAsync();
        }
    }

    private static async Task ReadAsync(CostedProcess process, int connections, CancellationToken cancellationToken)
    {
        var level = await process.ReadAsync(connections, cancellationToken);
        var rest = level.IsAtRest ? "" : " (readings did not agree)";
        var silent = level.SilentCpu is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share * 100:F2} % of a core in silence") : "";
        var load = level.CpuPerNewConnection is { } cpu ? string.Create(CultureInfo.InvariantCulture, $", {cpu.TotalMicroseconds:F1} us per new connection") : "";
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{process.Cost.Balancer}, {connections}: {level.Bytes / 1024} KiB{rest}{silent}{load}"));
    }
}
