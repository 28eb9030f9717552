using System.IO.Pipelines;

namespace ApiLb.Demo.StandIns;

/// <summary>A connection's bytes in both directions, behind a <see cref="FreezeGate"/>.</summary>
internal sealed class GatedPipe(IDuplexPipe inner, FreezeGate gate, CancellationToken connectionClosed) : IDuplexPipe
{
    public PipeReader Input { get; } = new GatedPipeReader(inner.Input, gate, connectionClosed);

    public PipeWriter Output { get; } = new GatedPipeWriter(inner.Output, gate, connectionClosed);
}
