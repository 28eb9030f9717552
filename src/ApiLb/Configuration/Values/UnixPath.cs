using System.Text;

namespace ApiLb.Configuration.Values;

/// <summary>The path of a unix socket.</summary>
internal static class UnixPath
{
    public const string Prefix = "unix:";

    // sun_path is 108 bytes with its closing NUL: unix(7).
    private const int MaximumBytes = 107;

    /// <summary>The path behind <c>unix:</c>.</summary>
    public static Parsed<string> ParseAddress(string text) => Parse(text[Prefix.Length..]);

    public static Parsed<string> Parse(string path)
    {
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.EndsWith('/'))
        {
            return Parsed<string>.Failed($"{Quoted.Of(path)} is not the absolute path of a unix socket, such as /run/apilb/api.sock");
        }

        if (path.Any(char.IsControl))
        {
            return Parsed<string>.Failed($"{Quoted.Of(path)} contains a control character");
        }

        return Encoding.UTF8.GetByteCount(path) <= MaximumBytes
            ? Parsed<string>.Of(path)
            : Parsed<string>.Failed($"{Quoted.Of(path)} is too long for a unix socket; at most {MaximumBytes} bytes");
    }
}
