using System.Globalization;

namespace ApiLb.Telemetry;

/// <summary>How a request that is no valid one was refused. A bounded set of words: they are metric labels.</summary>
internal static class RefusedRequest
{
    /// <summary>An error of HTTP/2 that ended the connection.</summary>
    public const string Http2 = "http2";

    /// <summary>An error of HTTP/2 for which a stream was reset, such as one beyond how many there may be.</summary>
    public const string Http2Stream = "http2_stream";

    private const string Other = "other";

    /// <summary>The statuses of RFC 9110 for what is wrong with a request itself.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["400", "404", "405", "408", "411", "413", "414", "417", "421", "431", "501", "505", Http2, Http2Stream, Other];

    public static string Of(int status) =>
        status.ToString(CultureInfo.InvariantCulture) is var kind && Kinds.Contains(kind, StringComparer.Ordinal) ? kind : Other;

    public static int IndexOf(string kind)
    {
        for (var i = 0; i < Kinds.Count; i++)
        {
            if (Kinds[i] == kind)
            {
                return i;
            }
        }

        return Kinds.Count - 1;
    }
}
