namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>What is asked for, and from whom (RFC 9112 3.2, RFC 9110 7.2).</summary>
internal static class TargetRequests
{
    private const string Close = "Host: a.example\r\nConnection: close\r\n\r\n";
    private const string PassedOn = "nginx passes it on.";
    private const string AnyHost = "nginx passes on what it does not route by.";

    public static IReadOnlyList<HostileRequest> All { get; } =
    [
        new("No Host", "GET /one HTTP/1.1\r\nConnection: close\r\n\r\n", "400", "400"),
        new("Two Hosts", "GET /one HTTP/1.1\r\nHost: a.example\r\n" + "Host: b.example\r\n\r\n", "400", "400"),
        new("Two Hosts, the same", "GET /one HTTP/1.1\r\nHost: a.example\r\n" + Close, "400", "400"),
        new("Empty Host", Host(""), "400", "400"),
        new("Host with a space", Host("a.example b.example"), "400", "400"),
        new("Host with a slash", Host("a.example/b"), "400", "400"),
        new("Host with a user", Host("user@a.example"), "400", "200 +1", AnyHost),
        new("Host with a comma", Host("a.example,b.example"), "400", "200 +1", AnyHost),
        new("Host with a backslash", Host("a.example\\b"), "400", "200 +1", AnyHost),
        new("Host with a quote", Host("a.example\""), "400", "200 +1", AnyHost),
        new("Host with a percent sign", Host("a%2eexample"), "400", "200 +1", AnyHost),
        new("Host with a question mark", Host("a.example?b"), "400", "200 +1", AnyHost),
        new("Host that is not ASCII", Host("\u00e4.example"), "400", "200 +1", AnyHost),
        new("Host with two ports", Host("a.example:80:80"), "400", "200 +1", AnyHost),
        new("Host with a port that is no number", Host("a.example:http"), "400", "200 +1", AnyHost),
        new("Host with a port beyond 65535", Host("a.example:99999"), "400", "200 +1", AnyHost),
        new("Host with half an IPv6 address", Host("[::1"), "400", "200 +1", AnyHost),
        new("Host with nonsense in brackets", Host("[x]"), "400", "200 +1", AnyHost),
        new("Absolute form, other Host", "GET http://b.example/one HTTP/1.1\r\n" + Close, "400", "200 +1", "nginx routes by the target and passes on the header."),
        new("Absolute form, user", "GET http://user@a.example/one HTTP/1.1\r\n" + Close, "400", "400"),
        new("Absolute form, another scheme", "GET file:///etc/passwd HTTP/1.1\r\n" + Close, "400", "400"),
        new("Authority form without CONNECT", "GET a.example:80 HTTP/1.1\r\n" + Close, "405", "400", "Kestrel says that this target is for CONNECT only."),
        new("CONNECT", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", "400", "400"),
        new("Asterisk without OPTIONS", "GET * HTTP/1.1\r\n" + Close, "405", "400", "Kestrel says that this target is for OPTIONS only."),
        new("Target without a slash", "GET one HTTP/1.1\r\n" + Close, "405", "400", "Kestrel reads it as the target of CONNECT."),
        new("NUL in the target", "GET /o\0ne HTTP/1.1\r\n" + Close, "400", "400"),
        new("Encoded NUL in the target", "GET /o%00ne HTTP/1.1\r\n" + Close, "400", "400"),
        new("Control byte in the target", "GET /o\u0001ne HTTP/1.1\r\n" + Close, "400", "400"),
        new("DEL in the target", "GET /o\u007Fne HTTP/1.1\r\n" + Close, "400", "400"),
        new("Byte beyond ASCII in the target", "GET /o\u00ffne HTTP/1.1\r\n" + Close, "400", "200 +1", PassedOn),
        new("Half an escape in the target", "GET /one%2 HTTP/1.1\r\n" + Close, "400", "400"),
        new("Escape that is none", "GET /one%zz HTTP/1.1\r\n" + Close, "400", "400"),
        new("Above the root", "GET /../../etc/passwd HTTP/1.1\r\n" + Close, "200 +1", "400", "Resolved as RFC 3986 5.2.4 says before it is routed: the backend is asked for /etc/passwd below its own root."),
        new("Above the root, encoded", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + Close, "200 +1", "400", "Resolved as RFC 3986 5.2.4 says before it is routed: the backend is asked for /etc/passwd below its own root."),
        new("Fragment in the target", "GET /one#two HTTP/1.1\r\n" + Close, "400", "200 +1", PassedOn),
        new("Backslash in the target", "GET /one\\..\\two HTTP/1.1\r\n" + Close, "400", "200 +1", PassedOn),
        new("LF in the query", "GET /one?a\nb HTTP/1.1\r\n" + Close, "400", "body +1", "nginx takes a lone LF for the end of a line, and the line for HTTP/0.9."),
        new("CR in the query", "GET /one?a\rb HTTP/1.1\r\n" + Close, "400", "400"),
        new("TRACE", "TRACE /one HTTP/1.1\r\n" + Close, "200 +1", "405", "A method like any other: the backend's to refuse."),
        new("Request line of 20 KiB", "GET /" + new string('a', 20 * 1024) + " HTTP/1.1\r\n" + Close, "414", "414"),
        new("Request line without end", "GET /" + new string('a', 2 * 1024 * 1024), "414", "414"),
        new("Header of 70 KiB", Host("a.example", "X: " + new string('a', 70 * 1024) + "\r\n"), "431", "400", "nginx has one status for all of it."),
        new("Header without end", "GET /one HTTP/1.1\r\nHost: a.example\r\nX: " + new string('a', 2 * 1024 * 1024), "431", "400", "nginx has one status for all of it."),
        new("101 headers", Host("a.example", string.Concat(Enumerable.Range(0, 99).Select(i => $"X-{i}: a\r\n"))), "431", "200 +1", "nginx limits their length, not their number."),
        new("100,000 headers", Host("a.example", string.Concat(Enumerable.Repeat("X: a\r\n", 100_000))), "431", "400", "nginx has one status for all of it."),
    ];

    private static string Host(string host, string more = "") => $"GET /one HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n";
}
