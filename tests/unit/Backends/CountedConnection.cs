using ApiLb.Backends;

namespace ApiLb.UnitTests.Backends;

/// <summary>A connection that counts how often it was cut.</summary>
internal sealed class CountedConnection(TimeSpan? sinceLastAck = null) : TrackedConnection
{
    public int Cuts { get; private set; }

    /// <summary>How often it was asked for its last acknowledgement.</summary>
    public int Asked { get; private set; }

    public override bool MayMove => false;

    public override TimeSpan? SinceLastData => null;

    public override TimeSpan? SinceLastAck
    {
        get
        {
            Asked++;
            return sinceLastAck;
        }
    }

    protected override void Cut() => Cuts++;
}
