namespace ApiLb.TransportTests;

/// <summary>How a peer sees its connection end.</summary>
internal enum StreamEnd
{
    Fin,
    Reset,
}
