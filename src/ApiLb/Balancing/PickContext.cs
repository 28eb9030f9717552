namespace ApiLb.Balancing;

/// <summary>What a policy may know about the connection it places.</summary>
/// <param name="SourceHash">A hash of the client's address, without its port.</param>
/// <param name="Now">The pool's monotonic time, for backends that are warming.</param>
internal readonly record struct PickContext(ulong SourceHash, TimeSpan Now);
