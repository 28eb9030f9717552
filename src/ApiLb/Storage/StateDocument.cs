using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ApiLb.Storage;

/// <summary>What a <see cref="StateFile{T}"/> keeps: a form with a version, and a checksum that tells damage. Immutable.</summary>
/// <param name="Version">Of the document's form; another one is not read.</param>
/// <param name="Checksum">SHA-256 of the document with an empty checksum, in hexadecimal.</param>
internal abstract record StateDocument(int Version, string Checksum)
{
    public static byte[] Format<T>(T document, JsonTypeInfo<T> type)
        where T : StateDocument => JsonSerializer.SerializeToUtf8Bytes(document with { Checksum = ChecksumOf(document, type) }, type);

    /// <summary>The reverse of <see cref="Format"/>.</summary>
    /// <exception cref="FormatException">It is not what was written. So may <see cref="JsonException"/>.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> bytes, int version, JsonTypeInfo<T> type)
        where T : StateDocument
    {
        var document = JsonSerializer.Deserialize(bytes, type);
        if (document is not { Checksum: not null } || document.Version != version)
        {
            throw new FormatException("it is of another version");
        }

        return document.Checksum == ChecksumOf(document, type) ? document : throw new FormatException("its checksum is wrong");
    }

    private static string ChecksumOf<T>(T document, JsonTypeInfo<T> type)
        where T : StateDocument => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document with { Checksum = "" }, type)));
}
