namespace ApiLb.Configuration;

/// <summary>How long a silent backend is waited for before the next is tried beside it.</summary>
internal enum HedgeMode
{
    /// <summary>Always the hedge delay.</summary>
    Fixed,

    /// <summary>Four times what the backend lately took to its first byte, at least 50 ms; the hedge delay while that is not known.</summary>
    Adaptive,
}
