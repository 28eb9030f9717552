namespace ApiLb.Health;

/// <summary>What the operator wants of a backend, whatever the checks say.</summary>
internal enum OperatorMode
{
    /// <summary>Health alone decides.</summary>
    Ready,

    /// <summary>No new connections; checks and established connections go on.</summary>
    Drain,

    /// <summary>No new connections and no checks.</summary>
    Maint,
}
