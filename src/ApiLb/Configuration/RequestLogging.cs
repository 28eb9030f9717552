namespace ApiLb.Configuration;

/// <summary>Which requests get a line in the log.</summary>
internal enum RequestLogging
{
    None,

    /// <summary>Those that were answered with 5xx, or not to their end.</summary>
    Failed,

    /// <summary>These, and one in so many of the others.</summary>
    All,
}
