using static ApiLb.IntegrationTests.Http.Hostile.Http2Attacks;
using static ApiLb.IntegrationTests.Http.Hostile.Http2Frame;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Header blocks that are no requests, that would be two in HTTP/1.1, or that unfold without end (RFC 9113 8, RFC 7541).</summary>
internal static class Http2Requests
{
    private const string Protocol = "GOAWAY PROTOCOL_ERROR";
    private const string Compression = "GOAWAY COMPRESSION_ERROR";
    private const string Reset = "RST_STREAM PROTOCOL_ERROR";
    private const string WrongHeaders = "invalid_request_headers";
    private const string Unreadable = "error_reading_headers";
    private const string TooLong = "max_request_headers_total_size_exceeded";
    private const string TooMany = "max_request_header_count_exceeded";

    public static IReadOnlyList<Http2Attack> All { get; } =
    [
        new("Name in capitals", Begun(Get(1, Field("X", "y"))), Protocol, WrongHeaders),
        new("Connection", Begun(Get(1, Field("connection", "close"))), Protocol, WrongHeaders),
        new("Transfer-Encoding", Begun(Post(1, Field("transfer-encoding", "chunked")), Of(Data, EndStream, 1, "0\r\n\r\n"u8)), "400"),
        new("Upgrade", Begun(Get(1, Field("upgrade", "websocket"))), "400"),
        new("Keep-Alive", Begun(Get(1, Field("keep-alive", "timeout=5"))), "400"),
        new("Proxy-Connection", Begun(Get(1, Field("proxy-connection", "keep-alive"))), "400"),
        new("TE that is not trailers", Begun(Get(1, Field("te", "gzip"))), Protocol, WrongHeaders),
        new("Pseudo header after others", Begun(Get(1, [.. Field("x", "y"), .. Field(":path", "/two")])), Protocol, WrongHeaders),
        new("Pseudo header twice", Begun(Get(1, Field(":path", "/two"))), Protocol, WrongHeaders),
        new("Unknown pseudo header", Begun(Get(1, Field(":x", "y"))), Protocol, WrongHeaders),
        new("Pseudo header of answers", Begun(Get(1, Field(":status", "200"))), Protocol, WrongHeaders),
        new("Pseudo header in trailers", Begun(Post(1), Of(Headers, EndStream | EndHeaders, 1, Field(":path", "/two"))), Protocol, WrongHeaders),
        new("LF in a value", Begun(Get(1, Field("x", "y\nz: a"))), Protocol, WrongHeaders),
        new("A whole request in a value", Begun(Get(1, Field("x", "y\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n"))), Protocol, WrongHeaders),
        new("NUL in a value", Begun(Get(1, Field("x", "y\0"))), Protocol, WrongHeaders),
        new("Control byte in a value", Begun(Get(1, Field("x", "y\u0001"))), "400"),
        new("CRLF in a name", Begun(Get(1, Field("x: y\r\nz", "a"))), "400"),
        new("Colon in a name", Begun(Get(1, Field("x:y", "a"))), "400"),
        new("Space in a name", Begun(Get(1, Field("x ", "y"))), "400"),
        new("Empty name", Begun(Get(1, Field("", "y"))), Compression, Unreadable),
        new("No path", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":authority", "a.example"))), Reset),
        new("Empty path", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", ""), Field(":authority", "a.example"))), Reset),
        new("No method", Begun(Request(Field(":scheme", "https"), Field(":path", "/one"), Field(":authority", "a.example"))), Reset),
        new("No host", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", "/one"))), "400"),
        new("Host with a user", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", "/one"), Field(":authority", "user@a.example"))), Reset),
        new("Another scheme", Begun(Request(Field(":method", "GET"), Field(":scheme", "http"), Field(":path", "/one"), Field(":authority", "a.example"))), Reset),
        new("Method with a space", Begun(Request(Field(":method", "GET /smuggled"), Field(":scheme", "https"), Field(":path", "/one"), Field(":authority", "a.example"))), Reset),
        new("Path with a space", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", "/one HTTP/1.1"), Field(":authority", "a.example"))), "400"),
        new("Path with a whole request", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", "/one HTTP/1.1\r\n\r\nGET /smuggled"), Field(":authority", "a.example"))), Protocol, WrongHeaders),
        new("Path without a slash", Begun(Request(Field(":method", "GET"), Field(":scheme", "https"), Field(":path", "one"), Field(":authority", "a.example"))), Reset),
        new("CONNECT", Begun(Request(Field(":method", "CONNECT"), Field(":authority", "a.example:443"))), "400"),
        new("Content-Length twice", Begun(Post(1, [.. Field("content-length", "5"), .. Field("content-length", "6")]), Of(Data, EndStream, 1, "hello"u8)), Protocol, WrongHeaders),
        new("Content-Length that is no number", Begun(Post(1, Field("content-length", "0x5")), Of(Data, EndStream, 1, "hello"u8)), Protocol, WrongHeaders),
        new("Body longer than its Content-Length", Begun(Post(1, Field("content-length", "3")), Of(Data, EndStream, 1, "hello"u8)), Reset),
        new("Body shorter than its Content-Length", Begun(Post(1, Field("content-length", "9")), Of(Data, EndStream, 1, "hello"u8)), Reset),
        new("Content-Length without a body", Begun(Get(1, Field("content-length", "9"))), Reset),
        new("HPACK: index beyond the table", Begun(Get(1, 0xFF, 0x80, 0x01)), Compression, Unreadable),
        new("HPACK: index nought", Begun(Get(1, 0x80)), "GOAWAY INTERNAL_ERROR", "other_error"),
        new("HPACK: integer without end", Begun(Get(1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)), Compression, Unreadable),
        new("HPACK: text longer than the block", Begun(Get(1, 0, 100, 1)), Compression, Unreadable),
        new("HPACK: text of 2 GiB", Begun(Get(1, 0, 0x7F, 0x80, 0xFF, 0xFF, 0xFF, 0x07)), Compression, Unreadable),
        new("HPACK: Huffman code that is none", Begun(Get(1, 0, 0x81, 0xFF, 1, 1)), Compression, Unreadable),
        new("HPACK: table larger than is allowed", Begun(Of(Headers, EndStream | EndHeaders, 1, [0x3F, 0xE2, 0x1F, .. Fields("GET")])), Compression, Unreadable),
        new("HPACK: table changed after a header", Begun(Get(1, 0x20)), Compression, Unreadable),
        new("HPACK bomb: one header, four thousand times", Begun(Get(1, [.. KeptField("x", new string('a', 3900)), .. Enumerable.Repeat((byte)0xBE, 4000)])), Protocol, TooLong),
        new("HPACK bomb: forty headers of 4 KB", Begun(Get(1, [.. KeptField("x", new string('a', 3900)), .. Enumerable.Repeat((byte)0xBE, 40)])), Protocol, TooLong),
        new("101 headers", Begun(Get(1, [.. Enumerable.Range(0, 101).SelectMany(i => Field($"x-{i}", "a"))])), "431"),
        new("1000 headers", Begun(Get(1, [.. Enumerable.Range(0, 1000).SelectMany(i => Field($"x-{i}", "a"))])), Protocol, TooMany),
        new("CONTINUATION with headers, without end", Begun([Of(Headers, EndStream, 1, Fields("GET")), .. Enumerable.Repeat(Of(Continuation, 0, 1, Field("x", new string('a', 16000))), 100)]), Protocol, TooLong),
    ];

    private static byte[] Request(params byte[][] fields) => Of(Headers, EndStream | EndHeaders, 1, [.. fields.SelectMany(f => f)]);
}
