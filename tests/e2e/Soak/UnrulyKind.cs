namespace ApiLb.EndToEndTests.Soak;

/// <summary>What clients do that do not go by the book.</summary>
internal enum UnrulyKind
{
    /// <summary>Connects and says nothing until the balancer has had enough.</summary>
    Silent,

    /// <summary>Resets in the middle of its ClientHello.</summary>
    CutsHello,

    /// <summary>Resets after its request, with the answer on its way.</summary>
    Aborts,

    /// <summary>Finishes after its request without a TLS goodbye, and reads to the end.</summary>
    HalfCloses,

    /// <summary>Asks for megabytes, reads some, stops for a while, and then wants the rest, every byte of it.</summary>
    Stalls,
}
