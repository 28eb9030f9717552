namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Request lines, header lines, and the bytes that must not be in them (RFC 9112 2 to 5).</summary>
internal static class LineRequests
{
    private const string Close = "Host: a.example\r\nConnection: close\r\n\r\n";
    private const string Get = "GET /one HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n";
    private const string LoneLineFeed = "nginx takes a lone LF for the end of a line.";
    private const string PassedOn = "nginx passes it on.";

    public static IReadOnlyList<HostileRequest> All { get; } =
    [
        new("Lines end with LF", "GET /one HTTP/1.1\nHost: a.example\nConnection: close\n\n\r\n\r\n", "400", "200 +1", LoneLineFeed),
        new("Request line ends with LF", "GET /one HTTP/1.1\n" + Close, "400", "200 +1", LoneLineFeed),
        new("Header ends with LF", "GET /one HTTP/1.1\r\nHost: a.example\nConnection: close\r\n\r\n", "400", "200 +1", LoneLineFeed),
        new("Headers end with LF", Get + "\n", "400", "200 +1", LoneLineFeed),
        new("Request line ends with CR", "GET /one HTTP/1.1\r" + Close, "400", "400"),
        new("CR in a header's value", Get + "X: a\rb\r\n\r\n", "400", "400"),
        new("NUL in a header's value", Get + "X: a\0b\r\n\r\n", "400", "400"),
        new("Control byte in a header's value", Get + "X: a\u0001b\r\n\r\n", "400", "200 +1", PassedOn),
        new("DEL in a header's value", Get + "X: a\u007Fb\r\n\r\n", "400", "200 +1", PassedOn),
        new("NUL in a header's name", Get + "X\0Y: a\r\n\r\n", "400", "400"),
        new("Space before a header's colon", Get + "X : a\r\n\r\n", "400", "400"),
        new("Space in a header's name", Get + "X Y: a\r\n\r\n", "400", "400"),
        new("Bracket in a header's name", Get + "X(Y): a\r\n\r\n", "400", "200 +1", PassedOn),
        new("Non-ASCII in a header's name", Get + "X\u00e4: a\r\n\r\n", "400", "200 +1", "nginx leaves such a header out."),
        new("Header without a colon", Get + "nonsense\r\n\r\n", "400", "200 +1", "nginx leaves such a line out."),
        new("Header without a name", Get + ": a\r\n\r\n", "400", "400"),
        new("Folded header", Get + "X: a\r\n b\r\n\r\n", "400", "400"),
        new("First header folded", "GET /one HTTP/1.1\r\n Host: a.example\r\nConnection: close\r\n\r\n", "400", "400"),
        new("Space before the method", " GET /one HTTP/1.1\r\n" + Close, "400", "400"),
        new("Tab instead of a space", "GET\t/one\tHTTP/1.1\r\n" + Close, "400", "400"),
        new("Two spaces before the target", "GET  /one HTTP/1.1\r\n" + Close, "400", "200 +1", "nginx skips spaces."),
        new("Two spaces after the target", "GET /one  HTTP/1.1\r\n" + Close, "200 +1", "200 +1", "Both skip spaces; what is sent on has one."),
        new("Words after the version", "GET /one HTTP/1.1 x\r\n" + Close, "400", "400"),
        new("No method", " /one HTTP/1.1\r\n" + Close, "400", "400"),
        new("Bracket in the method", "GE(T /one HTTP/1.1\r\n" + Close, "400", "400"),
        new("Method and nothing else", "GET\r\n\r\n", "400", "400"),
        new("HTTP/0.9", "GET /one\r\n\r\n", "400", "body +1", "nginx still speaks it."),
        new("HTTP/1.2", "GET /one HTTP/1.2\r\n" + Close, "505", "200 +1", "nginx takes every 1.x."),
        new("HTTP/1.10", "GET /one HTTP/1.10\r\n" + Close, "400", "200 +1", "nginx takes every 1.x."),
        new("HTTP/01.1", "GET /one HTTP/01.1\r\n" + Close, "400", "400"),
        new("HTTP/2.0 as text", "GET /one HTTP/2.0\r\n" + Close, "505", "505"),
        new("http in small letters", "GET /one http/1.1\r\n" + Close, "505", "400", "Both refuse; Kestrel says what it does not know."),
        new("Another protocol", "GET /one ICAP/1.0\r\n" + Close, "505", "400", "Both refuse; Kestrel says what it does not know."),
        new("HTTP/2 preface on a port without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "body", "400", "Kestrel answers in HTTP/2: a GOAWAY frame that asks for HTTP/1.1."),
        new("TLS on a port without TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + new string('\u0042', 64) + "\r\n\r\n", "400", "400"),
        new("Another program's greeting", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "400", "400"),
        new("Empty lines before the request", "\r\n\r\n" + Get + "\r\n", "200 +1", "200 +1", "RFC 9112 2.2 asks for it."),
        new("Expectation that nobody knows", Get + "Expect: magic\r\n\r\n", "200 +1", "200 +1", "RFC 9110 10.1.1 lets it be ignored."),
        new("Connection names Host", "GET /one HTTP/1.1\r\nHost: a.example\r\nConnection: close, Host\r\n\r\n", "200 +1", "200 +1", "Host is sent on whatever Connection says."),
        new("h2c upgrade", "GET /one HTTP/1.1\r\nHost: a.example\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n", "200 +1", "200 +1", "Forwarded without the upgrade."),
    ];
}
