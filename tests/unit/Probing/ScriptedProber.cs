using System.Net;
using System.Threading.Channels;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.UnitTests.Probing;

/// <summary>A prober whose checks last until the test answers them, or until their deadline.</summary>
internal sealed class ScriptedProber : IProber
{
    private readonly Channel<TaskCompletionSource<ProbeVerdict>> _checks = Channel.CreateUnbounded<TaskCompletionSource<ProbeVerdict>>();

    /// <summary>Over a fresh connection.</summary>
    public static ProbeVerdict Passed { get; } = PassedOverKept with { IsFresh = true };

    public static ProbeVerdict PassedOverKept => ProbeVerdict.Passed(ProbeLayer.L7, "HTTP 200");

    public static ProbeVerdict Refused { get; } = ProbeVerdict.Unreachable(ProbeLayer.L4, HealthCause.Refused, "connection refused");

    public static ProbeVerdict Silent { get; } = ProbeVerdict.Silent(ProbeLayer.L7, "no answer in time");

    public int Started { get; private set; }

    /// <summary>Whether the last check had to open a new connection.</summary>
    public bool NeedsFresh { get; private set; }

    public bool IsDisposed { get; private set; }

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline)
    {
        Started++;
        NeedsFresh = needsFresh;
        TaskCompletionSource<ProbeVerdict> check = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = deadline.UnsafeRegister(_ => check.TrySetResult(Silent), null);
        _checks.Writer.TryWrite(check);
        return await check.Task;
    }

    /// <summary>Waits for the next check to begin.</summary>
    public async Task<TaskCompletionSource<ProbeVerdict>> NextAsync() =>
        await _checks.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

    /// <summary>Waits for the next check to begin and ends it.</summary>
    public async Task AnswerAsync(ProbeVerdict verdict) => (await NextAsync()).SetResult(verdict);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
