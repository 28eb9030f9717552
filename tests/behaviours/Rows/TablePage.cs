using System.Globalization;
using System.Text;
using ApiLb.BehaviourTests.Balancers;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>docs/behaviours.md.</summary>
internal static class TablePage
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Write(IReadOnlyList<TableRow> rows, IReadOnlyList<string> balancers, Func<TableRow, string, Verdict> verdictOf)
    {
        StringBuilder page = new();
        page.Append("# Behaviours\n\nWhat a TCP balancer in front of apiservers must survive, asked of ");
        page.Append(string.Join(", ", balancers.Select(TitleOf))).Append(" from outside: `tests/behaviours`.\n");
        page.Append("Written by `tests/behaviours/table --out docs/behaviours.md`; how the rows are made: [README](../tests/behaviours/README.md).\n\n");
        page.Append("| passes | ").AppendJoin(" | ", balancers.Select(TitleOf)).Append(" |\n|---|").Append(string.Concat(Enumerable.Repeat("---|", balancers.Count))).Append('\n');
        page.Append("| of the rows that apply | ").AppendJoin(" | ", balancers.Select(b => Score(rows, b, verdictOf))).Append(" |\n\n");
        page.Append("| # | when | then | ").AppendJoin(" | ", balancers.Select(TitleOf)).Append(" |\n|---|---|---|").Append(string.Concat(Enumerable.Repeat("---|", balancers.Count))).Append('\n');
        foreach (var row in rows)
        {
            page.Append(Invariant, $"| {row.Row.Number} | {row.Row.Stimulus} | {row.Row.Expected} | ");
            page.AppendJoin(" | ", balancers.Select(b => verdictOf(row, b)).Select(v => v.Word + (v.Figures.Length > 0 ? $" ({v.Figures})" : ""))).Append(" |\n");
        }

        page.Append("\n## Notes\n\nWhy a row failed or does not apply, what was smaller than in the field, and why it is right to ask for what no peer does.\n\n");
        page.Append("| # | test | |\n|---|---|---|\n");
        foreach (var row in rows)
        {
            var reasons = balancers.Select(b => (Balancer: b, Verdict: verdictOf(row, b))).Where(v => v.Verdict.Outcome != Outcome.Pass)
                .Select(v => $"{TitleOf(v.Balancer)}: {Escaped(v.Verdict.Reason)}");
            var notes = reasons.Concat(row.Row.Note.Length > 0 ? [row.Row.Note] : []).ToList();
            if (notes.Count > 0)
            {
                page.Append(Invariant, $"| {row.Row.Number} | `{row.Name}` | {string.Join("<br>", notes)} |\n");
            }
        }

        return page.ToString();
    }

    private static string Score(IReadOnlyList<TableRow> rows, string balancer, Func<TableRow, string, Verdict> verdictOf)
    {
        var outcomes = rows.Select(row => verdictOf(row, balancer).Outcome).Where(outcome => outcome != Outcome.NotApplicable).ToList();
        return string.Create(Invariant, $"{outcomes.Count(o => o == Outcome.Pass)} of {outcomes.Count}");
    }

    private static string TitleOf(string balancer) => balancer switch
    {
        Balancer.ApiLb => "ApiLb",
        Balancer.HaProxy => "HAProxy",
        _ => "nginx stream",
    };

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
