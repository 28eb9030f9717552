namespace ApiLb.Transport;

/// <summary>One deadline of one owner, linked into its reactor's <see cref="TimerWheel"/>. The wheel alone writes the fields.</summary>
internal abstract class WheelTimer
{
    internal WheelTimer? Next { get; set; }

    internal WheelTimer? Previous { get; set; }

    /// <summary>When it is due, in the wheel's milliseconds; -1 while not armed.</summary>
    internal long Deadline { get; set; } = -1;

    internal int Bucket { get; set; }

    /// <summary>Called on the reactor thread, after the timer was taken off the wheel.</summary>
    internal abstract void OnTimeout();
}
