namespace ApiLb.Configuration.Yaml;

/// <summary>One key of a mapping, and its value.</summary>
internal sealed record YamlEntry(string Key, SourcePosition KeyPosition, YamlNode Value);
