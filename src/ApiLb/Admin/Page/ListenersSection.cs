namespace ApiLb.Admin.Page;

/// <summary>Where clients come in, and how many.</summary>
internal static class ListenersSection
{
    public static Html Render(PageSnapshot page)
    {
        var status = page.Status;
        return Html.Of(
            $"""
            <section id="{SectionId.Listeners}">
            {DataTable.Of("Listeners", LimitOf(status), ["Listener", "Protocol", "Pool", "#Open", "#New", "#Accepted", "Ended, by reason"], status.Listeners.Select(l => RowOf(page, l)))}
            </section>
            """);
    }

    private static Html LimitOf(DaemonStatus status) => Html.If(
        status.MaxConnections is not null,
        $"{ShortText.Count(status.Listeners.Sum(l => l.Active))} of {ShortText.Count(status.MaxConnections ?? 0)} connections open");

    private static Html RowOf(PageSnapshot page, ListenerStatus listener) => DataTable.Row(
        Html.Of($"{listener.Name} <span class=\"faint\">{string.Join(", ", listener.Bind)}</span>"),
        DataTable.Cell("Protocol", listener.Protocol),
        DataTable.Cell("Pool", string.Join(", ", StatusText.PoolsOf(listener))),
        DataTable.Curve("Open", Html.Of($"{StatusText.OpenOf(listener)}"), Sparkline.Of(page.History.Of(listener.Name), $"Open connections of {listener.Name}", v => ShortText.Count((long)v))),
        DataTable.Number("New", ShortText.Rate(listener.AcceptedPerSecond)),
        DataTable.Number("Accepted", ShortText.Count(listener.Accepted)),
        DataTable.Cell("Ended, by reason", EndsOf(listener)));

    private static string EndsOf(ListenerStatus listener) => listener.Closes.Count == 0
        ? "none"
        : string.Join(", ", listener.Closes.OrderByDescending(c => c.Value).Select(c => $"{StatusText.Words(c.Key)} {ShortText.Count(c.Value)}"));
}
