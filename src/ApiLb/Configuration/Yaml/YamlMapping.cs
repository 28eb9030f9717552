namespace ApiLb.Configuration.Yaml;

/// <summary>Keys with values, in the order of the file; no key twice.</summary>
internal sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, SourcePosition Position) : YamlNode(Position)
{
    public override string Kind => "a mapping";
}
