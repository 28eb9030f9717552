namespace ApiLb.Admin.Page;

/// <summary>Which daemon this is, at the head of the page, and since when it runs what, at its foot.</summary>
internal static class DaemonSections
{
    public static Html Head(PageSnapshot page) => Html.Of(
        $"""
        <header id="{SectionId.Head}"><h1>{page.Host}</h1> <span>ApiLb {page.Status.Version}</span> <span>up {ShortText.Duration(page.Status.UptimeSeconds)}</span> <span>{(page.Status.Ready ? "ready" : "not ready")}</span> <span>{page.Time(page.Now)}</span></header>
        """);

    public static Html Foot(PageSnapshot page)
    {
        var status = page.Status;
        return Html.Of(
            $"""
            <footer id="{SectionId.About}"><h2>This daemon</h2><dl>
            <div><dt>Version</dt><dd>{status.Version}, pid {status.Pid}</dd></div>
            <div><dt>Started</dt><dd>{page.Time(status.StartedAt)}, up {ShortText.Duration(status.UptimeSeconds)}</dd></div>
            <div><dt>Readiness</dt><dd>{page.Readiness}</dd></div>
            {(status.Configuration is { } configuration ? ConfigurationOf(page, configuration) : Html.Empty)}
            <div><dt>Times</dt><dd>of this host, {OffsetOf(page)}</dd></div>
            </dl><p>Read-only. Orders are given on the host: <code>apilb drain</code>, <code>apilb explain</code>, <code>apilb --help</code>. <a href="/metrics">Metrics</a></p></footer>
            """);
    }

    private static Html ConfigurationOf(PageSnapshot page, ConfigurationStatus configuration) => Html.Of(
        $"<div><dt>Configuration</dt><dd>read {page.Time(configuration.LoadedAt)}{(configuration.LastReloadFailed ? "; the last reload FAILED" : "")}</dd></div>");

    private static string OffsetOf(PageSnapshot page)
    {
        var offset = page.Zone.GetUtcOffset(page.Now);
        return offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm}";
    }
}
