using System.Text;
using System.Text.Json;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Fuzzing.Targets;

/// <summary>Writes a YAML document as JSON: everything in quotes but what is nothing or was plain and can stand so.</summary>
internal static class YamlAsJson
{
    public static string Of(YamlNode root)
    {
        var text = new StringBuilder();
        Write(root, text);
        return text.ToString();
    }

    private static void Write(YamlNode node, StringBuilder text)
    {
        switch (node)
        {
            case YamlMapping mapping:
                text.Append('{');
                foreach (var entry in mapping.Entries)
                {
                    text.Append(Quoted(entry.Key)).Append(": ");
                    Write(entry.Value, text);
                    text.Append(",\n");
                }

                text.Append('}');
                break;
            case YamlSequence sequence:
                text.Append('[');
                foreach (var item in sequence.Items)
                {
                    Write(item, text);
                    text.Append(",\n");
                }

                text.Append(']');
                break;
            case YamlScalar { IsNull: true }:
                text.Append("null");
                break;
            case YamlScalar scalar:
                text.Append(scalar.IsPlain && scalar.Text.All(char.IsAsciiLetterOrDigit) ? scalar.Text : Quoted(scalar.Text));
                break;
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
