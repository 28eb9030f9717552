namespace ApiLb.Backends;

/// <summary>What a check waited for in vain.</summary>
internal enum ProbeStage
{
    /// <summary>Nothing: it ended by a word of the backend or of its kernel.</summary>
    Ended,

    /// <summary>The attempt to connect was not answered.</summary>
    TcpHandshake,

    /// <summary>TLS was not answered.</summary>
    TlsHandshake,

    /// <summary>The request was not answered.</summary>
    Request,

    /// <summary>The answer began and did not end.</summary>
    Answer,
}
