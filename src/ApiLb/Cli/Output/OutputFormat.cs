namespace ApiLb.Cli.Output;

/// <summary>How a command writes its answer: <c>--output</c>.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For scripts: what the daemon answered, as it came.</summary>
    Json,

    /// <summary>For spreadsheets: RFC 4180, with a line of names, in base units.</summary>
    Csv,
}
