using System.IO.Pipelines;

namespace ApiLb.Demo.StandIns;

/// <summary>Holds back what was received until the gate is open.</summary>
internal sealed class GatedPipeReader(PipeReader inner, FreezeGate gate, CancellationToken connectionClosed) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // The gate comes after the read: one that was pending when the gate was shut must not deliver either.
        var result = await inner.ReadAsync(cancellationToken);
        await gate.PassAsync(connectionClosed);
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (gate.IsOpen)
        {
            return inner.TryRead(out result);
        }

        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
