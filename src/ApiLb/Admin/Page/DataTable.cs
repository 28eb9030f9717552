namespace ApiLb.Admin.Page;

/// <summary>
/// Tables that people and screen readers can read. On a narrow screen each row becomes a block; its cells keep the names of
/// their columns, and explicit roles keep it a table, which a changed <c>display</c> would end.
/// </summary>
internal static class DataTable
{
    /// <param name="caption">What it shows.</param>
    /// <param name="remark">More about it, beside the caption.</param>
    /// <param name="columns">The first is that of the row's name; <c>#</c> before a name: of numbers.</param>
    /// <param name="rows">Of <see cref="Row"/>.</param>
    /// <param name="sums">Below the rows.</param>
    public static Html Of(string caption, Html remark, IReadOnlyList<string> columns, IEnumerable<Html> rows, Html sums = default) => Html.Of(
        $"""
        <table role="table"><caption><h2>{caption}</h2> <span class="remark">{remark}</span></caption>
        <thead role="rowgroup"><tr role="row">{columns.Select(HeadOf)}</tr></thead>
        <tbody role="rowgroup">{rows}</tbody>{sums}</table>
        """);

    public static Html Row(Html name, params IEnumerable<Html> cells) => Html.Of($"<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{name}</th>{cells}</tr>");

    public static Html Sums(params IEnumerable<Html> cells) => Html.Of($"<tfoot role=\"rowgroup\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\">All</th>{cells}</tr></tfoot>");

    public static Html Cell(string column, string text) => Cell(column, Html.Of($"{text}"));

    public static Html Cell(string column, Html content) => Html.Of($"<td role=\"cell\" data-column=\"{column}\">{content}</td>");

    /// <summary>A figure, and what belongs to it.</summary>
    public static Html Number(string column, string text, Html rest = default) =>
        Html.Of($"<td role=\"cell\" class=\"number\" data-column=\"{column}\">{text}{rest}</td>");

    /// <summary>A figure beside what it was lately.</summary>
    public static Html Curve(string column, Html figure, Html curve) =>
        Html.Of($"<td role=\"cell\" class=\"number\" data-column=\"{column}\"><span class=\"curve\">{curve}<span>{figure}</span></span></td>");

    private static Html HeadOf(string column) => column.StartsWith('#')
        ? Html.Of($"<th scope=\"col\" role=\"columnheader\" class=\"number\">{column[1..]}</th>")
        : Html.Of($"<th scope=\"col\" role=\"columnheader\">{column}</th>");
}
