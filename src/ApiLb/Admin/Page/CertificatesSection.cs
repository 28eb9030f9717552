namespace ApiLb.Admin.Page;

/// <summary>What checks learnt about the backends: certificates, versions, clocks.</summary>
internal static class CertificatesSection
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <returns>Empty when no check has learnt anything, as those of plain TCP do not.</returns>
    public static Html Render(PageSnapshot page)
    {
        var known = page.Status.Pools.SelectMany(p => p.Backends).Where(b => b.Facts is not null).ToList();
        return Html.If(
            known.Count > 0,
            $"""
            <section id="{SectionId.Certificates}">
            {DataTable.Of("Certificates", Html.Empty, ["Backend", "Expires", "Issuer", "Vouched for by the CA", "Covers its address", "Covers the endpoint", "Version", "#Clock"], known.Select(b => RowOf(page, b, b.Facts!)))}
            </section>
            """);
    }

    private static Html RowOf(PageSnapshot page, BackendStatus backend, FactsStatus facts) => DataTable.Row(
        Html.Of($"{backend.Name}{Html.If(page.Status.Pools.Count > 1, $" <span class=\"faint\">{backend.Pool}</span>")}"),
        DataTable.Cell("Expires", facts.CertificateNotAfter is { } end ? ExpiryOf(page, end) : Html.Of($"-")),
        DataTable.Cell("Issuer", facts.CertificateIssuer ?? "-"),
        DataTable.Cell("Vouched for by the CA", Answer(facts.CertificateTrusted)),
        DataTable.Cell("Covers its address", Answer(facts.CertificateCoversAddress)),
        DataTable.Cell("Covers the endpoint", Answer(facts.CertificateCoversEndpoint)),
        DataTable.Cell("Version", facts.Version ?? "-"),
        DataTable.Number("Clock", facts.ClockOffsetSeconds is { } offset ? FormattableString.Invariant($"{offset:+0.0;-0.0;0.0} s") : "-"));

    private static Html ExpiryOf(PageSnapshot page, DateTimeOffset end)
    {
        var left = end - page.Now;
        var look = left <= TimeSpan.Zero ? "bad" : left < Soon ? "doubtful" : "good";
        var when = left <= TimeSpan.Zero ? "expired" : $"in {ShortText.Count((long)left.TotalDays)} days";
        return Html.Of($"<span class=\"state {look}\">{StateMark.Of(look)}{when}</span> <span class=\"faint\">{page.Day(end)}</span>");
    }

    private static Html Answer(bool? isSo) => isSo switch
    {
        true => Html.Of($"yes"),
        false => Html.Of($"<span class=\"state doubtful\">{StateMark.Of("doubtful")}no</span>"),
        null => Html.Of($"-"),
    };
}
