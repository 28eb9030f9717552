using System.Globalization;

namespace ApiLb.Admin.HaProxy;

/// <summary>Builds the fields of one row. Not thread-safe.</summary>
internal sealed class StatFields
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> ToDictionary() => _fields;

    /// <summary>Sets a column; null: not known.</summary>
    public StatFields Set(string column, long? value) => Set(column, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a column; null: not known. What would need quotes is replaced: many readers split at every comma.</summary>
    public StatFields Set(string column, string? value)
    {
        if (value is not null)
        {
            _fields[column] = value.Replace(',', ';').Replace('\n', ' ').Replace('"', '\'');
        }

        return this;
    }
}
