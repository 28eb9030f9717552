namespace ApiLb.UnitTests.Admin.Page;

/// <summary>A client whose buffers are full: what is written to it waits.</summary>
internal sealed class StuckStream : MemoryStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
