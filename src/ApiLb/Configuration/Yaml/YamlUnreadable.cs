namespace ApiLb.Configuration.Yaml;

/// <summary>Stands where the file has something that was already reported; reading it reports nothing more.</summary>
internal sealed record YamlUnreadable(SourcePosition Position) : YamlNode(Position)
{
    public override string Kind => "unreadable";
}
