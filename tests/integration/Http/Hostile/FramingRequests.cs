namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Where a body ends: the shapes by which one request is smuggled in the body of another (RFC 9112 6.3).</summary>
internal static class FramingRequests
{
    private const string Post = "POST /one HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n";
    private const string Kept = "POST /one HTTP/1.1\r\nHost: a.example\r\n";
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private const string Empty = "0\r\n\r\n";
    private const string OneCoding = "nginx knows no coding but chunked and says so.";
    private const string LoneLineFeed = "nginx takes a lone LF for the end of a line.";

    public static IReadOnlyList<HostileRequest> All { get; } =
    [
        new("CL.TE", Kept + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", "400", "400"),
        new("CL.TE with a whole request", Kept + $"Content-Length: {Empty.Length + Smuggled.Length}\r\nTransfer-Encoding: chunked\r\n\r\n" + Empty + Smuggled, "400", "400"),
        new("TE.CL", Kept + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + $"{Smuggled.Length:x}\r\n{Smuggled}\r\n" + Empty, "400", "400"),
        new("TE.TE: two headers", Kept + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + Empty, "400", "400"),
        new("TE.TE: twice chunked", Kept + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE.TE: another coding at the end", Kept + "Transfer-Encoding: chunked, identity\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: a coding before chunked", Post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: unknown coding", Kept + "Transfer-Encoding: xchunked\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: identity", Kept + "Transfer-Encoding: identity\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: empty", Kept + "Transfer-Encoding:\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: quoted", Kept + "Transfer-Encoding: \"chunked\"\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: vertical tab", Kept + "Transfer-Encoding: \vchunked\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: a parameter", Kept + "Transfer-Encoding: chunked;q=1\r\n\r\n" + Empty, "400", "501", OneCoding),
        new("TE: space before the colon", Kept + "Transfer-Encoding : chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE: NUL in the name", Kept + "Transfer-Encoding\0: chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE: folded", Kept + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE: folded value", Kept + "Transfer-Encoding:\r\n chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE: bare CR before it", Kept + "X: y\rTransfer-Encoding: chunked\r\n\r\n" + Empty, "400", "400"),
        new("TE in HTTP/1.0", "POST /one HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n" + Empty, "400", "400"),
        new("CL: twice the same", Kept + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400", "400"),
        new("CL: twice, different", Kept + "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello", "400", "400"),
        new("CL: a list", Kept + "Content-Length: 5, 5\r\n\r\nhello", "400", "400"),
        new("CL: plus", Post + "Content-Length: +5\r\n\r\nhello", "200 +1", "400", "Kestrel reads it as 5, and 5 is what is sent on."),
        new("CL: minus", Kept + "Content-Length: -5\r\n\r\nhello", "400", "400"),
        new("CL: hexadecimal", Kept + "Content-Length: 0x5\r\n\r\nhello", "400", "400"),
        new("CL: fraction", Kept + "Content-Length: 5.0\r\n\r\nhello", "400", "400"),
        new("CL: a space within", Kept + "Content-Length: 1 5\r\n\r\nhello", "400", "400"),
        new("CL: beyond 64 bits", Kept + "Content-Length: 99999999999999999999\r\n\r\nhello", "400", "400"),
        new("CL: empty", Kept + "Content-Length:\r\n\r\nhello", "400", "400"),
        new("CL: NUL at the end", Post + "Content-Length: 5\0\r\n\r\nhello", "200 +1", "400", "Kestrel reads it as 5, and 5 is what is sent on."),
        new("CL: tab and letters", Kept + "Content-Length: 5\tabc\r\n\r\nhello", "400", "400"),
        new("Body with a request in it", Post + $"Content-Length: {Smuggled.Length}\r\n\r\n" + Smuggled, "200 +1", "200 +1", "Well-formed: what a body says is the backend's to read."),
        new("Chunk: size without digits", Post + "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: no hexadecimal digit", Post + "Transfer-Encoding: chunked\r\n\r\nG\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: minus", Post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: plus", Post + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: 0x", Post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: beyond 64 bits", Post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: space before the size", Post + "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: size ends with LF", Post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n" + Empty, "400", "200 +1", LoneLineFeed),
        new("Chunk: CR within an extension", Post + "Transfer-Encoding: chunked\r\n\r\n5;a\rb\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: LF within an extension", Post + "Transfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n" + Empty, "400", "200 +1", LoneLineFeed),
        new("Chunk: extension", Post + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n" + Empty, "200 +1", "200 +1", "Well-formed; extensions end at the first hop."),
        new("Chunk: endless extension", Post + "Transfer-Encoding: chunked\r\n\r\n5;" + new string('a', 100_000) + "\r\nhello\r\n" + Empty, "200 +1", "200 +1", "Skipped and not kept: it costs nobody but its sender."),
        new("Chunk: longer than its size", Post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n" + Empty, "400", "400"),
        new("Chunk: data ends with LF", Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n" + Empty, "400", "200 +1", LoneLineFeed),
        new("Trailer that would be a framing header", Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", "200 +1", "200 +1", "Trailers are no headers: both leave them out."),
        new("Trailer without a colon", Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nnonsense\r\n\r\n", "400", "200 +1", "nginx does not read trailers."),
    ];
}
