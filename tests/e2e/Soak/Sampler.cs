using System.Collections.Concurrent;
using System.Diagnostics;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>Looks at the balancer every second, keeps what it saw, and writes it to a file as it goes.</summary>
internal sealed class Sampler : IAsyncDisposable
{
    private const int SamplesOfRest = 5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Sample> _samples = new();
    private readonly ConcurrentQueue<SoakEvent> _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly BalancerProcess _balancer;
    private readonly AdminSocket _admin;
    private readonly RuntimeEvents _runtime;
    private readonly string _file;
    private readonly Task _sampling;

    public Sampler(BalancerProcess balancer, AdminSocket admin, RuntimeEvents runtime, string file)
    {
        (_balancer, _admin, _runtime, _file) = (balancer, admin, runtime, file);
        File.WriteAllText(file, Sample.Head + "\n");
        _sampling = SampleAsync();
    }

    /// <summary>Whose connections are counted; null while there are none.</summary>
    public ConnectionLoad? Load { get; set; }

    public IReadOnlyCollection<Sample> Samples => _samples;

    public IReadOnlyCollection<SoakEvent> Events => _events;

    /// <summary>Remembers that something happened now, for the plot.</summary>
    public void Mark(string what, bool isTrouble = true) => _events.Enqueue(new SoakEvent(Stopwatch.GetElapsedTime(_started).TotalSeconds, what, isTrouble));

    /// <summary>Waits until all samples taken from now on are so, five in a row; else says how the last one was not.</summary>
    /// <param name="complaint">Null for a sample that is as it should be, otherwise what is wrong with it.</param>
    /// <param name="condition">In words.</param>
    /// <param name="deadline">How long at most.</param>
    public async Task<IReadOnlyList<Sample>> RestsAsync(string condition, TimeSpan deadline, Func<Sample, string?> complaint)
    {
        var from = _samples.Count;
        await Eventually.HoldsAsync(condition, deadline, async () =>
        {
            if (_sampling.IsFaulted)
            {
                await _sampling;
            }

            var latest = _samples.Skip(from).TakeLast(SamplesOfRest).ToList();
            return latest.Count < SamplesOfRest ? $"{latest.Count} samples" : latest.Select(complaint).OfType<string>().LastOrDefault();
        });
        return [.. _samples.TakeLast(SamplesOfRest)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        var due = TimeSpan.Zero;
        var cpu = _balancer.MeterCpu();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                // A tick that comes while the last sample still lasts is not made up for.
                var now = Stopwatch.GetElapsedTime(_started);
                due = due + Period < now - Period ? now : due + Period;
                var shares = cpu.Read();
                cpu = _balancer.MeterCpu();
                var sample = await LookAsync(now, shares.Balancer, shares.Machine, Math.Max(0, (now - due).TotalMilliseconds));
                _samples.Enqueue(sample);
                await File.AppendAllTextAsync(_file, sample + "\n", CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<Sample> LookAsync(TimeSpan now, double balancer, double machine, double late)
    {
        var usage = Usage.Of(_balancer.Id);
        var metrics = await _admin.GetAsync("/metrics");
        return new Sample(
            now.TotalSeconds, usage, (int)MetricsText.Value(metrics, "apilb_connections"), _runtime.GcHandles, _runtime.HeapKiB, _runtime.Timers,
            Load?.Served ?? 0, Load?.NotServed ?? 0, balancer, machine, late);
    }
}
