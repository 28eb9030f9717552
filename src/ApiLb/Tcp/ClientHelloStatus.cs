namespace ApiLb.Tcp;

/// <summary>What a client's first bytes are.</summary>
internal enum ClientHelloStatus
{
    Incomplete,
    Complete,
    NotTls,
    TooLarge,
}
