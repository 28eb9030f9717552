namespace ApiLb.Telemetry;

/// <summary>How log lines look: <c>--log-format</c>.</summary>
internal enum LogFormat
{
    /// <summary>One short line each; with syslog priorities when the journal reads them.</summary>
    Text,

    /// <summary>One JSON object per line.</summary>
    Json,
}
