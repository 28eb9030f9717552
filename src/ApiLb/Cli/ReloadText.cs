using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary>A reload, or what one would do, for people.</summary>
internal static class ReloadText
{
    public static string Of(ReloadStatus status) =>
        string.Join('\n', [.. status.Findings, .. status.Changes.Select(Line), $"{status.Message}."]);

    private static string Line(ReloadChangeStatus change) => change.Effect is null ? $"  {change.Change}" : $"  {change.Change}: {change.Effect}";
}
