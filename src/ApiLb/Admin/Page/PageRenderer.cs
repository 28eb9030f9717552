namespace ApiLb.Admin.Page;

/// <summary>Renders the status page. Thread-safe.</summary>
/// <param name="status">What the admin API tells, so that the page tells the same.</param>
/// <param name="explainer">For the events.</param>
/// <param name="history">The last minutes.</param>
/// <param name="time">For the moment and the time zone.</param>
internal sealed class PageRenderer(StatusReader status, BackendExplainer explainer, TrafficHistory history, TimeProvider time)
{
    /// <summary>The page now.</summary>
    /// <param name="before">The frame before it; null: there is none.</param>
    public PageFrame Render(PageFrame? before) => PageFrame.After(before, SectionsOf(Read()));

    /// <summary>The document around a frame: it works without the script, which then only keeps it up to date.</summary>
    public static Html Document(PageFrame frame) => Html.Of(
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>ApiLb</title><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><link rel="icon" href="{PageIcon.Of("good")}">
        <noscript><meta http-equiv="refresh" content="10"></noscript>
        <style>{PageAssets.Style}</style></head>
        <body data-version="{PageAssets.Version}"><a class="skip" href="#{SectionId.Now}">To what is wrong</a>
        <div id="live" hidden><span id="live-words" role="status"></span> <button id="live-button" type="button">Pause</button></div>
        <p id="said" class="unseen" role="status"></p>
        {frame.All()}
        <script>{PageAssets.Script}</script></body></html>

        """);

    /// <summary>What is wrong comes first, then whom clients are sent to, then the rest.</summary>
    public static IEnumerable<(string Id, Html Markup)> SectionsOf(PageSnapshot page) =>
    [
        (SectionId.Head, DaemonSections.Head(page)),
        (SectionId.Now, NowSection.Render(page, Problems.Of(page))),
        .. page.Status.Pools.Select((pool, index) => (SectionId.OfPool(index), PoolSection.Render(page, pool, SectionId.OfPool(index)))),
        (SectionId.Listeners, ListenersSection.Render(page)),
        (SectionId.Etcd, page.Status.Etcd is { } etcd ? EtcdSection.Render(etcd) : Html.Empty),
        (SectionId.Events, EventsSection.Render(page)),
        (SectionId.Certificates, CertificatesSection.Render(page)),
        (SectionId.About, DaemonSections.Foot(page)),
    ];

    private PageSnapshot Read() => new()
    {
        Status = status.Read(),
        Host = Environment.MachineName,
        Readiness = status.Readiness.Reason,
        Events = [.. explainer.Events().Reverse()],
        History = history,
        Now = time.GetUtcNow(),
        Zone = time.LocalTimeZone,
    };
}
