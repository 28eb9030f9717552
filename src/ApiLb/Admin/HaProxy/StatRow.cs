namespace ApiLb.Admin.HaProxy;

/// <summary>One row of <c>show stat</c>: its fields by HAProxy's column names. A column that is not there is not known, and left empty.</summary>
internal sealed record StatRow(StatScope Scope, string Proxy, string Server, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The field as a number; null when it is none, or not known.</summary>
    public double? Number(string column) =>
        Fields.TryGetValue(column, out var text) && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
