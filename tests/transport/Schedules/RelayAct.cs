namespace ApiLb.TransportTests.Schedules;

/// <summary>What a side can do.</summary>
internal enum RelayAct
{
    /// <summary>Wants to send so much; it goes out as fast as the other side reads.</summary>
    Send,

    /// <summary>Reads so much of what the other side wanted to send, and then stops reading again.</summary>
    Read,

    /// <summary>FIN, after all that it wanted to send.</summary>
    Finish,

    /// <summary>RST, at once.</summary>
    Reset,
}
