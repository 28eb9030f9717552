namespace ApiLb.Configuration.Yaml;

/// <summary>A value of the file that knows where it stands.</summary>
internal abstract record YamlNode(SourcePosition Position)
{
    /// <summary>What the value is, in the words of an error message.</summary>
    public abstract string Kind { get; }
}
