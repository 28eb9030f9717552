namespace ApiLb.Configuration.Yaml;

/// <summary>A single value.</summary>
/// <param name="Text">Without quotes.</param>
/// <param name="IsPlain">Written without quotes.</param>
/// <param name="Position">Of the first character.</param>
internal sealed record YamlScalar(string Text, bool IsPlain, SourcePosition Position) : YamlNode(Position)
{
    /// <summary>Nothing stands behind the key, or one of YAML's words for it.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => "a single value";
}
