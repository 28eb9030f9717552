namespace ApiLb.Discovery;

/// <summary>What a cluster says about one that serves a Service.</summary>
internal enum ServiceEndpointState
{
    NotReady,

    /// <summary>Told to end, and still able to serve.</summary>
    Ending,

    Ready,
}
