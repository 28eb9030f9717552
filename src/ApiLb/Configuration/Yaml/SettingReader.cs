using System.Diagnostics.CodeAnalysis;
using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Yaml;

/// <summary>One value of the file on its way to an option. What does not fit becomes a finding, and the fallback is used.</summary>
internal sealed class SettingReader(YamlNode node, SourcePosition keyPosition, string path, ConfigurationFindings findings)
{
    public string Path => path;

    /// <summary>Nothing was written behind the key.</summary>
    public bool IsNull => node is YamlScalar { IsNull: true };

    /// <summary>Nothing was written, or a list without items.</summary>
    public bool IsEmpty => IsNull || node is YamlSequence { Items.Count: 0 };

    public bool IsMapping => node is YamlMapping;

    /// <summary>The one text <c>none</c>, with which an optional thing is switched off.</summary>
    public bool IsNone => node is YamlScalar { Text: "none" };

    // A missing value has no place of its own.
    private SourcePosition Position => IsNull ? keyPosition : node.Position;

    public T Read<T>(Func<string, Parsed<T>> parse, T fallback)
        where T : notnull => TryRead(parse, out var value) ? value : fallback;

    public bool TryRead<T>(Func<string, Parsed<T>> parse, [NotNullWhen(true)] out T? value)
        where T : notnull
    {
        value = default;
        if (node is not YamlScalar scalar)
        {
            Refuse("must be a single value");
            return false;
        }

        if (scalar.IsNull)
        {
            Error("has no value; give one or remove the line");
            return false;
        }

        if (parse(scalar.Text).TryGet(out value, out var problem))
        {
            return true;
        }

        Error(problem);
        return false;
    }

    /// <summary>The items of a list; what stands there instead of a list counts as a list of one.</summary>
    public IReadOnlyList<SettingReader> ItemsOrSelf() => node is YamlSequence ? Items() : [this];

    public IReadOnlyList<SettingReader> Items()
    {
        if (node is YamlSequence sequence)
        {
            return [.. sequence.Items.Select((item, index) => new SettingReader(item, item.Position, $"{path}[{index}]", findings))];
        }

        if (!IsNull)
        {
            Refuse("must be a list");
        }

        return [];
    }

    /// <summary>The value as a mapping. A key without value is an empty one: every line below it may be commented out.</summary>
    public SectionReader Section()
    {
        if (node is YamlMapping mapping)
        {
            return new SectionReader(mapping.Entries, keyPosition, path, findings);
        }

        if (node is YamlScalar { IsNull: true })
        {
            return SectionReader.Empty(keyPosition, path, findings);
        }

        Refuse("must be a mapping (lines of \"key: value\")");
        return SectionReader.Unreadable(keyPosition, path);
    }

    public void Error(string message) => findings.Error(Position, path, message);

    public void Warn(string message) => findings.Warn(Position, path, message);

    private void Refuse(string expectation)
    {
        if (node is not YamlUnreadable)
        {
            Error($"{expectation}, not {node.Kind}");
        }
    }
}
