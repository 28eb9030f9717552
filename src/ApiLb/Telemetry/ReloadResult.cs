namespace ApiLb.Telemetry;

/// <summary>What came of a reload. A bounded set: it is a metric label.</summary>
internal enum ReloadResult
{
    /// <summary>What has changed in the file runs now.</summary>
    Applied,

    /// <summary>Nothing that matters has changed.</summary>
    Unchanged,

    /// <summary>Nothing was changed, because something is wrong.</summary>
    Failed,
}
