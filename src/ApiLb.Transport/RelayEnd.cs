namespace ApiLb.Transport;

/// <summary>How a relay ended.</summary>
internal enum RelayEnd : byte
{
    /// <summary>Both sides finished, the client first.</summary>
    ClientFinished,

    /// <summary>Both sides finished, the backend first.</summary>
    BackendFinished,

    /// <summary>The client reset or vanished.</summary>
    ClientFailed,

    /// <summary>The backend reset or vanished.</summary>
    BackendFailed,

    /// <summary>One side had finished and the other stayed silent for too long.</summary>
    HalfClosedTimeout,

    /// <summary>Neither side sent anything for too long.</summary>
    IdleTimeout,

    /// <summary>The server cut it.</summary>
    Aborted,
}
