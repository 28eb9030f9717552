using static ApiLb.IntegrationTests.Http.Hostile.Http2Frame;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Frames that are wrong by themselves, or where they stand (RFC 9113 3.4 to 6).</summary>
internal static class Http2Attacks
{
    private const string Protocol = "GOAWAY PROTOCOL_ERROR";
    private const string FrameSize = "GOAWAY FRAME_SIZE_ERROR";
    private const string FlowControl = "GOAWAY FLOW_CONTROL_ERROR";
    private const string WrongLength = "invalid_frame_length";
    private const string WrongStream = "invalid_stream_id";
    private const string Unexpected = "unexpected_frame";
    private const string WrongSettings = "invalid_settings";
    private const string WrongPadding = "invalid_data_padding";
    private const string WrongWindow = "invalid_window_update_size";
    private const string SelfDependency = "stream_self_dependency";

    private const ushort EnablePush = 2;
    private const ushort InitialWindowSize = 4;
    private const ushort MaxFrameSize = 5;

    public static IReadOnlyList<Http2Attack> All { get; } =
    [
        new("HTTP/1.1 instead of the preface", "GET /one HTTP/1.1\r\nHost: a.example\r\n\r\n"u8.ToArray(), Protocol, "invalid_handshake"),
        new("Another preface", "PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Protocol, "invalid_handshake"),
        new("Preface in small letters", "pri * http/2.0\r\n\r\nsm\r\n\r\n"u8.ToArray(), Protocol, "invalid_handshake"),
        new("Frames without a preface", [.. Of(Settings, 0, 0), .. Get(1)], Protocol, "invalid_handshake"),
        new("Preface twice", [.. Preface, .. Preface], FrameSize, "max_frame_length_exceeded"),
        new("Frame beyond the length that is allowed", Begun(OfLength(16385, Data, 0, 1)), FrameSize, "max_frame_length_exceeded"),
        new("Frame of 16 MiB", Begun(OfLength(0xFFFFFF, Headers, EndHeaders, 1)), FrameSize, "max_frame_length_exceeded"),
        new("SETTINGS of five bytes", Begun(Of(Settings, 0, 0, 0, 1, 0, 0, 0)), FrameSize, WrongLength),
        new("SETTINGS that acknowledge and say something", Begun(Of(Settings, 1, 0, new byte[6])), FrameSize, WrongLength),
        new("SETTINGS on a stream", Begun(Of(Settings, 0, 1)), Protocol, WrongStream),
        new("SETTINGS: push that is neither on nor off", Begun(Setting(EnablePush, 2)), Protocol, WrongSettings),
        new("SETTINGS: window beyond 31 bits", Begun(Setting(InitialWindowSize, 0x80000000)), FlowControl, WrongSettings),
        new("SETTINGS: frames of one byte", Begun(Setting(MaxFrameSize, 1)), Protocol, WrongSettings),
        new("SETTINGS: frames beyond 24 bits", Begun(Setting(MaxFrameSize, 0x1000000)), Protocol, WrongSettings),
        new("PING of seven bytes", Begun(Of(Ping, 0, 0, new byte[7])), FrameSize, WrongLength),
        new("PING on a stream", Begun(Of(Ping, 0, 1, new byte[8])), Protocol, WrongStream),
        new("PRIORITY of four bytes", Begun(Of(Priority, 0, 1, new byte[4])), FrameSize, WrongLength),
        new("PRIORITY on no stream", Begun(Of(Priority, 0, 0, new byte[5])), Protocol, WrongStream),
        new("PRIORITY on itself", Begun(Of(Priority, 0, 1, [.. Number(1), 0])), Protocol, SelfDependency),
        new("RST_STREAM of three bytes", Begun(Of(ResetStream, 0, 1, new byte[3])), FrameSize, WrongLength),
        new("RST_STREAM on no stream", Begun(Of(ResetStream, 0, 0, new byte[4])), Protocol, WrongStream),
        new("RST_STREAM on a stream that was never opened", Begun(Of(ResetStream, 0, 1, new byte[4])), Protocol, WrongStream),
        new("WINDOW_UPDATE of three bytes", Begun(Of(WindowUpdate, 0, 0, new byte[3])), FrameSize, WrongLength),
        new("WINDOW_UPDATE by nothing", Begun(Of(WindowUpdate, 0, 0, new byte[4])), Protocol, WrongWindow),
        new("WINDOW_UPDATE beyond 31 bits", Begun(Of(WindowUpdate, 0, 0, Number(0x7FFFFFFF))), FlowControl, WrongWindow),
        new("WINDOW_UPDATE on a stream that was never opened", Begun(Of(WindowUpdate, 0, 1, Number(1))), Protocol, WrongStream),
        new("PUSH_PROMISE from a client", Begun(Of(PushPromise, EndHeaders, 1, [.. Number(2), .. Fields("GET")])), Protocol, Unexpected),
        new("GOAWAY on a stream", Begun(Of(GoAway, 0, 1, new byte[8])), Protocol, WrongStream),
        new("CONTINUATION of nothing", Begun(Of(Continuation, EndHeaders, 1, Fields("GET"))), Protocol, Unexpected),
        new("CONTINUATION of another stream", Begun(Of(Headers, EndStream, 1, Fields("GET")), Of(Continuation, EndHeaders, 3)), Protocol, Unexpected),
        new("PING within headers", Begun(Of(Headers, EndStream, 1, Fields("GET")), Of(Ping, 0, 0, new byte[8])), Protocol, Unexpected),
        new("DATA within headers", Begun(Of(Headers, 0, 1, Fields("POST")), Of(Data, EndStream, 1)), Protocol, Unexpected),
        new("Headers within headers", Begun(Of(Headers, EndStream, 1, Fields("GET")), Get(3)), Protocol, Unexpected),
        new("Unknown frame within headers", Begun(Of(Headers, EndStream, 1, Fields("GET")), Of(Unknown, 0, 0)), Protocol, Unexpected),
        new("HEADERS on no stream", Begun(Get(0)), Protocol, WrongStream),
        new("HEADERS on a stream of the server", Begun(Get(2)), Protocol, WrongStream),
        new("HEADERS that depend on themselves", Begun(Of(Headers, EndStream | EndHeaders | WithPriority, 1, [.. Number(1), 0, .. Fields("GET")])), Protocol, SelfDependency),
        new("HEADERS with more padding than payload", Begun(Of(Headers, EndStream | EndHeaders | Padded, 1, [255, .. Fields("GET")])), Protocol, WrongPadding),
        new("DATA on no stream", Begun(Of(Data, 0, 0, 1)), Protocol, WrongStream),
        new("DATA on a stream that was never opened", Begun(Of(Data, EndStream, 1, 1)), Protocol, WrongStream),
        new("DATA with more padding than payload", Begun(Post(1), Of(Data, EndStream | Padded, 1, 255, 0)), Protocol, WrongPadding),
        new("Trailers that do not end the stream", Begun(Post(1), Of(Headers, EndHeaders, 1, Field("x", "y"))), Protocol, "missing_stream_end"),
    ];

    /// <summary>After a preface and settings as they should be.</summary>
    internal static byte[] Begun(params byte[][] frames) => [.. Preface, .. Of(Settings, 0, 0), .. frames.SelectMany(f => f)];
}
