namespace ApiLb.Transport;

/// <summary>What happened in a race of attempts.</summary>
internal enum DialEventKind
{
    /// <summary>A backend's handshake ended, and the race was told to wait for no more.</summary>
    Connected,

    /// <summary>A backend has sent its first byte; it still waits in the kernel's queue.</summary>
    FirstByte,

    /// <summary>An attempt failed and is closed.</summary>
    Failed,

    /// <summary>Nothing happened for as long as the caller wanted to wait.</summary>
    PatienceOver,

    /// <summary>Somebody called <see cref="DialRace.Wake"/>.</summary>
    Woken,

    /// <summary>The client has gone; nobody is left to dial for.</summary>
    ClientGone,

    /// <summary>The server is stopping.</summary>
    Aborted,
}
