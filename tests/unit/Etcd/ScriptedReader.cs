using ApiLb.Etcd;

namespace ApiLb.UnitTests.Etcd;

/// <summary>A member that answers what the test says.</summary>
internal sealed class ScriptedReader : IEtcdReader
{
    public required Func<CancellationToken, ValueTask<EtcdObservation>> Answer { get; set; }

    public bool IsDisposed { get; private set; }

    public ValueTask<EtcdObservation> ReadAsync(CancellationToken deadline) => Answer(deadline);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
