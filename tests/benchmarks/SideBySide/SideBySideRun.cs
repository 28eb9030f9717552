using System.Globalization;
using System.Net.Sockets;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Measurements;
using ApiLb.Benchmarks.SideBySide.Reporting;

namespace ApiLb.Benchmarks.SideBySide;

/// <summary>One comparison from start to report. Owns every process it starts, through <see cref="TestBed"/> and the measurements.</summary>
internal static class SideBySideRun
{
    public static async Task<int> RunAsync(SideBySideOptions options, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("apilb-side-by-side-").FullName;
        try
        {
            return await RunAsync(options, directory, cancellationToken);
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
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>A target that is missed is a result; a figure that could not be taken is a failure.</summary>
    private static async Task<int> RunAsync(SideBySideOptions options, string directory, CancellationToken cancellationToken)
    {
        var apilb = options.ApiLbPath ?? await PublishAsync(options, directory, cancellationToken);
        var balancers = options.Balancers.Select(name => BalancerCatalog.Create(name, apilb, options.OtherPath)).ToArray();
        var measurements = MeasurementCatalog.Select(options.Measurements);
        var machine = MachineFacts.Read();
        var versions = await ReadVersionsAsync(balancers, cancellationToken);

        await using var bed = await TestBed.CreateAsync(directory, options, cancellationToken);
        var samples = await MeasureAsync(balancers, measurements, bed, cancellationToken);
        var report = new MarkdownReport(options, machine, versions, samples).Write([.. measurements.SelectMany(measurement => measurement.Metrics)]);

        Console.Out.WriteLine(report);
        if (options.ReportFile is { } file)
        {
            await File.WriteAllTextAsync(file, report, cancellationToken);
        }

        return samples.Failures.Count == 0 ? 0 : 1;
    }

    private static async Task<string> PublishAsync(SideBySideOptions options, string directory, CancellationToken cancellationToken) =>
        options.Balancers.Any(BalancerCatalog.NeedsBuild)
            ? await ApiLbBuild.PublishAsync(Path.Combine(directory, "apilb-published"), cancellationToken)
            : "";

    private static async Task<Dictionary<string, string>> ReadVersionsAsync(IBalancer[] balancers, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var balancer in balancers)
        {
            versions[balancer.Name] = await balancer.ReadVersionAsync(cancellationToken);
        }

        return versions;
    }

    // The balancers take turns within each measurement of each round: noise from the machine hits all of them alike.
    private static async Task<SampleTable> MeasureAsync(
        IBalancer[] balancers, IReadOnlyList<IMeasurement> measurements, TestBed bed, CancellationToken cancellationToken)
    {
        var samples = new SampleTable();
        for (var round = 1; round <= bed.Options.Rounds; round++)
        {
            foreach (var measurement in measurements)
            {
                foreach (var balancer in balancers)
                {
                    Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"round {round}, {measurement.Name}, {balancer.Name}: "));
                    await MeasureAsync(balancer, measurement, bed, samples, cancellationToken);
                }
            }
        }

        return samples;
    }

    private static async Task MeasureAsync(
        IBalancer balancer, IMeasurement measurement, TestBed bed, SampleTable samples, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await measurement.RunAsync(balancer, bed, cancellationToken);
            foreach (var sample in taken)
            {
                samples.Add(balancer.Name, sample);
            }

            Console.Error.WriteLine(string.Join(", ", taken.Select(sample =>
                $"{sample.Metric.Name} {sample.Value.ToString(sample.Metric.Format, CultureInfo.InvariantCulture)} {sample.Metric.Unit}")));
        }
        catch (Exception failure) when (failure is MeasurementFailedException or IOException or SocketException)
        {
            Console.Error.WriteLine(failure.Message);
            samples.AddFailure($"{balancer.Name}, {measurement.Name}: {failure.Message}");
        }
    }
}
