namespace ApiLb.Configuration;

/// <summary>Which connections of a listener get a line in the log.</summary>
internal enum ConnectionLogging
{
    None,

    /// <summary>Those that nobody served, or that a backend, a limit or a fault ended.</summary>
    Failed,

    /// <summary>These, and one in <see cref="ListenerOptions.LogSample"/> of the others.</summary>
    All,
}
