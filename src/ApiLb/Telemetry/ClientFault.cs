namespace ApiLb.Telemetry;

/// <summary>
/// For what a client's HTTP connection was ended, in Kestrel's words (its <c>error.type</c>) and one of our own. A bounded set: they
/// are metric labels. Ends that are nobody's fault, such as resets and connections that nobody used any more, are none.
/// </summary>
internal static class ClientFault
{
    /// <summary>Frames that ask for an answer or say nothing, by the ten thousand. Kestrel knows no such limit.</summary>
    public const string ControlFrameFlood = "control_frame_flood";

    /// <summary>Streams that are reset as soon as they are opened, by the thousand. Kestrel says so too when it does not keep up with them.</summary>
    public const string RapidReset = "stream_reset_limit_exceeded";

    public static IReadOnlyList<string> Reasons { get; } =
    [
        "error_reading_headers", "flow_control_queue_size_exceeded", "flow_control_window_exceeded", "frame_after_stream_close", "invalid_data_padding",
        "invalid_frame_length", "invalid_handshake", "invalid_http_version", "invalid_request_headers", "invalid_request_line", "invalid_settings",
        "invalid_stream_id", "invalid_window_update_size", "max_frame_length_exceeded", "max_request_header_count_exceeded",
        "max_request_headers_total_size_exceeded", "min_request_body_data_rate", "missing_stream_end", "other_error", "output_queue_size_exceeded",
        "request_headers_timeout", "server_timeout", RapidReset, "stream_self_dependency", "unexpected_frame", "unknown_stream",
        ControlFrameFlood,
    ];

    /// <returns>-1: no fault.</returns>
    public static int IndexOf(string? reason)
    {
        for (var i = 0; i < Reasons.Count; i++)
        {
            if (Reasons[i] == reason)
            {
                return i;
            }
        }

        return -1;
    }
}
