using System.Text.Json;

namespace ApiLb.Probing;

/// <summary>Reads <c>gitVersion</c> out of the answer to <c>/version</c>, which may be anything.</summary>
internal static class VersionAnswer
{
    private const int MaxLength = 64;

    /// <summary>Null when there is none that can stand in a label.</summary>
    public static string? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("gitVersion"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { } version && IsPlain(version)
                        ? version
                        : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or no UTF-8.
        }

        return null;
    }

    private static bool IsPlain(string version) =>
        version.Length is > 0 and <= MaxLength && version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '_');
}
