namespace ApiLb.Admin.Page;

/// <summary>The first thing seen: one line in words, and below it what is wrong.</summary>
internal static class NowSection
{
    public static Html Render(PageSnapshot page, IReadOnlyList<Problem> problems)
    {
        var alarms = problems.Count(p => p.Severity == ProblemSeverity.Alarm);
        var warnings = problems.Count(p => p.Severity == ProblemSeverity.Warning);
        var state = alarms > 0 ? "alarm" : warnings > 0 ? "warning" : "good";
        var line = state == "good" ? $"All is well: {WellText(page.Status)}." : Counted(alarms, warnings);
        return Html.Of(
            $"""
            <section id="{SectionId.Now}" class="{state}" data-title="{(state == "good" ? "" : $"{line} - ")}{page.Host} - ApiLb" data-icon="{PageIcon.Of(state)}" data-said="{SaidOf(line, problems)}" aria-labelledby="now-line">
            <h2 id="now-line">{MarkOf(state)}{line}</h2>
            {Html.If(problems.Count > 0, $"<ul class=\"problems\">{problems.Select(ItemOf)}</ul>")}
            </section>
            """);
    }

    private static string WellText(DaemonStatus status)
    {
        var ready = $"{ShortText.Count(status.Pools.Sum(p => p.Ready))} of {ShortText.Count(status.Pools.Sum(p => p.Total))} backends ready";
        return status.Etcd is { Quorum: "held" } ? $"{ready}, etcd has its quorum" : ready;
    }

    private static string Counted(int alarms, int warnings)
    {
        string[] parts = [.. new[] { Some(alarms, "alarm"), Some(warnings, "warning") }.OfType<string>()];
        return string.Join(", ", parts);
    }

    private static string? Some(int count, string what) => count == 0 ? null : $"{ShortText.Count(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What a screen reader says when it changes: the line, and the worst.</summary>
    private static string SaidOf(string line, IReadOnlyList<Problem> problems) =>
        problems is [{ Severity: not ProblemSeverity.Note } worst, ..] ? $"{line}. {worst.Subject} {worst.Text}" : line;

    private static Html ItemOf(Problem problem)
    {
        var (name, word) = problem.Severity switch
        {
            ProblemSeverity.Alarm => ("alarm", "Alarm"),
            ProblemSeverity.Warning => ("warning", "Warning"),
            _ => ("note", "Note"),
        };
        return Html.Of(
            $"""
            <li class="{name}"><span class="severity">{MarkOf(name)}{word}</span> <a href="#{problem.Section}">{Html.If(problem.Subject.Length > 0, $"<b>{problem.Subject}</b> ")}{problem.Text}</a></li>
            """);
    }

    private static Html MarkOf(string state) => StateMark.Of(state switch { "alarm" => "bad", "warning" => "doubtful", "good" => "good", _ => "plain" });
}
