namespace ApiLb.Configuration.Changes;

/// <summary>One setting that differs between two configurations, or a whole entry that only one of them has. Immutable.</summary>
/// <param name="Path">Such as <c>pools</c>, <c>control-plane</c>, <c>health</c>, <c>interval</c>.</param>
/// <param name="Before">As the file writes it; null: it was not there.</param>
/// <param name="After">As the file writes it; null: it is not there.</param>
internal sealed record SettingChange(IReadOnlyList<string> Path, string? Before, string? After)
{
    /// <summary>The setting names the same file, whose content is another.</summary>
    public bool IsContent { get; init; }

    /// <summary><c>pools.control-plane.health.interval</c>.</summary>
    public string KeyPath => string.Join('.', Path);

    /// <summary>True when the path begins with these keys.</summary>
    public bool IsIn(params ReadOnlySpan<string> keys)
    {
        if (Path.Count < keys.Length)
        {
            return false;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (Path[i] != keys[i])
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() =>
        IsContent ? $"{KeyPath}: the content of {After} has changed"
        : Before is null ? $"{KeyPath}: added ({After})"
        : After is null ? $"{KeyPath}: removed ({Before})"
        : $"{KeyPath}: {Before} -> {After}";
}
