using System.Text;
using System.Text.Unicode;
using ApiLb.Configuration.Values;

namespace ApiLb.Configuration;

/// <summary>Turns the bytes of a configuration file into text, or says why they are none.</summary>
internal static class ConfigurationText
{
    public static Parsed<string> Decode(ReadOnlySpan<byte> bytes, int maximumBytes)
    {
        if (bytes.Length > maximumBytes)
        {
            return Parsed<string>.Failed(BoundedFile.TooLarge(maximumBytes));
        }

        if (bytes.StartsWith([(byte)0xFF, (byte)0xFE]) || bytes.StartsWith([(byte)0xFE, (byte)0xFF]))
        {
            return Parsed<string>.Failed("is UTF-16 text; save the file as UTF-8");
        }

        if (bytes.Contains((byte)0))
        {
            return Parsed<string>.Failed("is not a text file");
        }

        return Utf8.IsValid(bytes)
            ? Parsed<string>.Of(Encoding.UTF8.GetString(WithoutByteOrderMark(bytes)))
            : Parsed<string>.Failed("is not UTF-8 text; save the file as UTF-8");
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
}
