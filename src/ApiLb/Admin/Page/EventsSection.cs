namespace ApiLb.Admin.Page;

/// <summary>What happened lately, the newest first.</summary>
internal static class EventsSection
{
    /// <summary>As many as are looked through at night; <c>apilb events</c> has the rest.</summary>
    public const int Shown = 30;

    public static Html Render(PageSnapshot page) => Html.Of(
        $"""
        <section id="{SectionId.Events}">
        {(page.Events.Count == 0
            ? Html.Of($"<h2>Events</h2><p class=\"empty\">Nothing happened since the start.</p>")
            : DataTable.Of("Events", RemarkOf(page), ["Time", "Kind", "Where", "What"], page.Events.Take(Shown).Select(e => RowOf(page, e))))}
        </section>
        """);

    private static Html RemarkOf(PageSnapshot page) => page.Events.Count > Shown
        ? Html.Of($"the last {Shown}, newest first; apilb events has more")
        : Html.Of($"newest first");

    private static Html RowOf(PageSnapshot page, EventStatus happened) => DataTable.Row(
        page.Time(happened.At),
        DataTable.Cell("Kind", happened.Kind),
        DataTable.Cell("Where", happened.Backend is null ? happened.Pool : $"{happened.Pool}/{happened.Backend}"),
        DataTable.Cell("What", happened.Text));
}
