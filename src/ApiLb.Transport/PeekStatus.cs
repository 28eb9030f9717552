namespace ApiLb.Transport;

/// <summary>How waiting for a client's bytes ended.</summary>
internal enum PeekStatus
{
    /// <summary>More bytes are there than before.</summary>
    Data,

    /// <summary>The client has finished; no more will come.</summary>
    EndOfStream,

    /// <summary>The client has reset the connection.</summary>
    Reset,

    TimedOut,

    /// <summary>The server is stopping.</summary>
    Aborted,
}
