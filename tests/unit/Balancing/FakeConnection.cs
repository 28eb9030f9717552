using ApiLb.Backends;

namespace ApiLb.UnitTests.Balancing;

/// <summary>A tracked connection without sockets: closing it makes it leave.</summary>
internal sealed class FakeConnection : TrackedConnection
{
    private readonly Backend _backend;

    public FakeConnection(Backend backend, TimeSpan silence, bool mayMove = true)
    {
        _backend = backend;
        SinceLastData = silence;
        MayMove = mayMove;
        backend.Connections.Add(this);
    }

    public override bool MayMove { get; }

    public override ConnectionClass Class => MayMove ? ConnectionClass.H2 : ConnectionClass.Http1;

    public override TimeSpan? SinceLastData { get; }

    public override TimeSpan? SinceLastAck => null;

    public override ConnectionReading Read() => default;

    protected override void Cut() => _backend.Connections.Remove(this);
}
