using System.Collections.Concurrent;

namespace ApiLb.UnitTests.Probing;

/// <summary>
/// Runs everything that is asynchronous on the test's own thread, and only when it is told to: together with <see cref="FakeTime"/> a
/// whole daemon's loops become a calculation that comes out the same every time.
/// </summary>
internal sealed class StepwiseThread : SynchronizationContext, IDisposable
{
    private const int Endless = 10_000;

    private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _queue = new();
    private readonly SynchronizationContext? _before = Current;

    public StepwiseThread() => SetSynchronizationContext(this);

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    /// <summary>Until everyone waits for time to pass.</summary>
    public void Run()
    {
        for (var steps = 0; _queue.TryDequeue(out var next); steps++)
        {
            if (steps == Endless)
            {
                throw new InvalidOperationException("somebody goes on without waiting for time to pass");
            }

            next.Work(next.State);
        }
    }

    public void Dispose() => SetSynchronizationContext(_before);
}
