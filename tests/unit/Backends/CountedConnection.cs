using ApiLb.Backends;

namespace ApiLb.UnitTests.Backends;

/// <summary>A connection that counts how often it was cut.</summary>
internal sealed class CountedConnection(TimeSpan? sinceLastAck = null, ConnectionReading reading = default, TimeSpan? sinceLastData = null) : TrackedConnection
{
    public int Cuts { get; private set; }

    /// <summary>How often it was asked for its last acknowledgement.</summary>
    public int Asked { get; private set; }

    public override bool MayMove => false;

    public override ConnectionClass Class => ConnectionClass.Other;

    public override TimeSpan? SinceLastData => sinceLastData;

    public override TimeSpan? SinceLastAck
    {
        get
        {
            Asked++;
            return sinceLastAck;
        }
    }

    public override ConnectionReading Read() => reading;

    protected override void Cut() => Cuts++;
}
