using System.Text;

namespace ApiLb.Http;

/// <summary>
/// Sends a header that came in several lines as several lines. SocketsHttpHandler joins them by commas, which means the same for
/// every header of the standard (RFC 9110 5.3), but not for <c>X-Stream-Protocol-Version</c>: apiservers before 1.31 take
/// the joined line for the name of one protocol, and refuse it. The transformer puts a mark between the values, and this encoding
/// writes a line break and the name in its place. Values are Latin-1, as Kestrel and SocketsHttpHandler read them, so that no
/// client can send the mark.
/// </summary>
internal sealed class RepeatedHeader(string name) : Encoding
{
    public const string StreamProtocolVersion = "X-Stream-Protocol-Version";

    private const char Mark = '\u2028';

    private readonly byte[] _newLine = Latin1.GetBytes($"\r\n{name}: ");

    public static RepeatedHeader StreamProtocol { get; } = new(StreamProtocolVersion);

    /// <summary>For SocketsHttpHandler: how the values of this header are written.</summary>
    public static Encoding? EncodingOf(string header, HttpRequestMessage message) =>
        header.Equals(StreamProtocolVersion, StringComparison.OrdinalIgnoreCase) ? StreamProtocol : Latin1;

    /// <summary>Several values as one.</summary>
    public static string Join(IEnumerable<string?> values) => string.Join(Mark, values);

    public override int GetByteCount(char[] chars, int index, int count)
    {
        var marks = chars.AsSpan(index, count).Count(Mark);
        return count - marks + (marks * _newLine.Length);
    }

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        var at = byteIndex;
        foreach (var c in chars.AsSpan(charIndex, charCount))
        {
            if (c == Mark)
            {
                _newLine.CopyTo(bytes, at);
                at += _newLine.Length;
            }
            else
            {
                bytes[at++] = c is '\r' or '\n' or > '\u00ff' ? (byte)'?' : (byte)c;
            }
        }

        return at - byteIndex;
    }

    public override int GetCharCount(byte[] bytes, int index, int count) => throw new NotSupportedException("Only for writing.");

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => throw new NotSupportedException("Only for writing.");

    public override int GetMaxByteCount(int charCount) => charCount * _newLine.Length;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
