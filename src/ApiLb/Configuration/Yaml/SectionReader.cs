using System.Diagnostics.CodeAnalysis;
using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Yaml;

/// <summary>
/// A cursor over one mapping: binders ask it for the keys they know, and in the end it reports the keys that nobody
/// asked for. Never throws; every mismatch becomes a finding.
/// </summary>
internal sealed class SectionReader(IReadOnlyList<YamlEntry> entries, SourcePosition position, string path, ConfigurationFindings findings)
{
    private readonly List<string> _knownKeys = [];

    /// <summary>The key path of the mapping itself.</summary>
    public string Path => path;

    public bool IsEmpty => entries.Count == 0;

    /// <summary>The file has something else than a mapping here, which was reported.</summary>
    public bool IsUnreadable { get; private init; }

    public static SectionReader Empty(SourcePosition position, string path, ConfigurationFindings findings) =>
        new([], position, path, findings);

    /// <summary>A section whose fault was already reported: what is missing in it is reported nowhere.</summary>
    public static SectionReader Unreadable(SourcePosition position, string path) =>
        new([], position, path, new ConfigurationFindings("")) { IsUnreadable = true };

    /// <summary>Null when the file does not have the key.</summary>
    public SettingReader? Find(string key)
    {
        _knownKeys.Add(key);
        return entries.FirstOrDefault(entry => entry.Key == key) is { } entry ? Reader(entry) : null;
    }

    public bool Has(string key) => entries.Any(entry => entry.Key == key);

    public T Read<T>(string key, Func<string, Parsed<T>> parse, T whenAbsent)
        where T : notnull => Find(key) is { } setting ? setting.Read(parse, whenAbsent) : whenAbsent;

    /// <summary>Null when the file says <c>none</c>.</summary>
    public T? ReadOrNone<T>(string key, Func<string, Parsed<T>> parse, T? whenAbsent)
        where T : class
    {
        var setting = Find(key);
        return setting is null ? whenAbsent
            : setting.IsNone ? null
            : setting.TryRead(parse, out var value) ? value : whenAbsent;
    }

    /// <summary>A value that the section cannot do without; <paramref name="whatToDo"/> ends the message when it is missing.</summary>
    public bool TryRequire<T>(string key, Func<string, Parsed<T>> parse, string whatToDo, [NotNullWhen(true)] out T? value)
        where T : notnull
    {
        value = default;
        if (Find(key) is { } setting)
        {
            return setting.TryRead(parse, out value);
        }

        ReportMissing(key, whatToDo);
        return false;
    }

    /// <summary>Reports a key that is not there, unless a misspelt one is: that will be reported as unknown.</summary>
    public void ReportMissing(string key, string whatToDo)
    {
        if (!entries.Any(entry => NearestWord.Find(entry.Key, [key]) is not null))
        {
            findings.Error(position, KeyPath.Join(path, key), $"is missing; {whatToDo}");
        }
    }

    /// <summary>The mapping below a key; an empty one when the file does not have it.</summary>
    public SectionReader Section(string key) => Find(key)?.Section() ?? Empty(position, KeyPath.Join(path, key), findings);

    /// <summary>The mapping as keys that the file chooses, with a value each. None of them is unknown then.</summary>
    public IEnumerable<(string Key, SettingReader Value)> Settings()
    {
        foreach (var entry in entries)
        {
            _knownKeys.Add(entry.Key);
            yield return (entry.Key, Reader(entry));
        }
    }

    /// <summary>The mapping as names with a section each.</summary>
    public IEnumerable<(string Name, SectionReader Section)> NamedSections()
    {
        foreach (var entry in entries)
        {
            if (!Name.Parse(entry.Key).TryGet(out _, out var problem))
            {
                findings.Error(entry.KeyPosition, KeyPath.Join(path, entry.Key), problem);
            }

            yield return (entry.Key, Reader(entry).Section());
        }
    }

    /// <summary>Reports at the key's value, or at the section when the key is not in it.</summary>
    public void Error(string key, string message)
    {
        if (entries.FirstOrDefault(entry => entry.Key == key) is { } entry)
        {
            Reader(entry).Error(message);
        }
        else
        {
            findings.Error(position, KeyPath.Join(path, key), message);
        }
    }

    /// <summary>Reports at the section's own key.</summary>
    public void Error(string message) => findings.Error(position, path, message);

    /// <summary>Warns at the key's value, or at the section when the key is not in it.</summary>
    public void Warn(string key, string message)
    {
        if (entries.FirstOrDefault(entry => entry.Key == key) is { } entry)
        {
            Reader(entry).Warn(message);
        }
        else
        {
            findings.Warn(position, KeyPath.Join(path, key), message);
        }
    }

    /// <summary>Warns at the section's own key.</summary>
    public void Warn(string message) => findings.Warn(position, path, message);

    /// <summary>To be called last: whatever was not asked for until now is an error.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var entry in entries.Where(entry => !_knownKeys.Contains(entry.Key, StringComparer.Ordinal)))
        {
            var hint = NearestWord.Hint(entry.Key, _knownKeys);
            var help = hint.Length > 0 ? hint : $"; allowed here: {string.Join(", ", _knownKeys)}";
            findings.Error(entry.KeyPosition, KeyPath.Join(path, entry.Key), $"unknown key{help}");
        }
    }

    private SettingReader Reader(YamlEntry entry) => new(entry.Value, entry.KeyPosition, KeyPath.Join(path, entry.Key), findings);
}
