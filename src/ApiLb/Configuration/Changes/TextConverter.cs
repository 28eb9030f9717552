using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApiLb.Configuration.Changes;

/// <summary>Writes a value as one text, as the configuration file has it. Nothing is ever read back.</summary>
internal sealed class TextConverter<T>(Func<T, string> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
}
