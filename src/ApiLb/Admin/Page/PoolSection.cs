namespace ApiLb.Admin.Page;

/// <summary>One pool and its backends, in the order of the configuration.</summary>
internal static class PoolSection
{
    private static readonly string[] Columns =
        ["Backend", "State", "#Since", "#Open", "#New", "#Failed", "#To backend", "#To clients", "#First byte", "Last check", "#Weight"];

    public static Html Render(PageSnapshot page, PoolStatus pool, string id) => Html.Of(
        $"""
        <section id="{id}">
        {(pool.Total == 0 ? Empty(pool) : DataTable.Of($"Pool {pool.Name}", RemarkOf(pool), Columns, pool.Backends.Select(b => RowOf(page, b)), SumsOf(pool.Backends)))}
        </section>
        """);

    private static Html Empty(PoolStatus pool) => Html.Of(
        $"<h2>Pool {pool.Name}</h2><p class=\"empty\">No backend yet. Discovery adds them as soon as it has found some; the events below tell why it has not.</p>");

    private static Html RemarkOf(PoolStatus pool)
    {
        var look = pool.Ready == pool.Total ? "good" : pool.Ready > 0 ? "doubtful" : "bad";
        return Html.Of($"<span class=\"{look}\">{StateMark.Of(look)}{pool.Ready} of {pool.Total} ready{(pool.FailOpen ? ", failing open" : "")}</span>, balance {pool.Balance}");
    }

    private static Html RowOf(PageSnapshot page, BackendStatus backend)
    {
        var history = page.History.Of(backend.Pool, backend.Name);
        return DataTable.Row(
            Html.Of($"{backend.Name}{(backend.Backup ? " (backup)" : "")} <span class=\"faint\">{backend.Address}</span>"),
            StateOf(page, backend),
            DataTable.Number("Since", ShortText.Duration(backend.SinceSeconds)),
            DataTable.Curve("Open", Html.Of($"{ShortText.Count(backend.Active)}"), Sparkline.Of(history?.Open ?? [], $"Open connections of {backend.Name}", v => ShortText.Count((long)v))),
            DataTable.Number("New", ShortText.Rate(backend.ConnectionsPerSecond)),
            DataTable.Number("Failed", "", FailedOf(backend.ConnectFailures)),
            DataTable.Number("To backend", ShortText.Bytes(backend.BytesToBackend), RateOf(backend.BytesPerSecondToBackend)),
            DataTable.Number("To clients", ShortText.Bytes(backend.BytesToClient), RateOf(backend.BytesPerSecondToClient)),
            DataTable.Curve(
                "First byte",
                Html.Of($"{StatusText.LatencyOf(backend.FirstByteP50Seconds)} <span class=\"faint\">p99 {StatusText.LatencyOf(backend.FirstByteP99Seconds)}</span>"),
                Sparkline.Of(history?.FirstByte ?? [], $"First byte p99 of {backend.Name}", ShortText.Latency)),
            CheckOf(backend.LastProbe),
            WeightOf(backend));
    }

    private static Html StateOf(PageSnapshot page, BackendStatus backend)
    {
        var look = StateMark.LookOf(backend);
        var detail = backend.Status == "ready" ? "" : backend.Detail;
        var order = backend.ModeOrder is { } mode ? OrderOf(page, mode) : "";
        return DataTable.Cell("State", Html.Of(
            $"""
            <span class="state {look}">{StateMark.Of(look)}{StatusText.StateOf(backend)}</span>{Html.If(detail.Length > 0, $" <span class=\"why\">{detail}</span>")}{Html.If(order.Length > 0, $" <span class=\"why\">{order}</span>")}
            """));
    }

    private static Html CheckOf(ProbeStatus? probe) => DataTable.Cell("Last check", Html.Of(
        $"{StatusText.CheckOf(probe)}{Html.If(probe is not null, $" <span class=\"faint\">{ShortText.Duration(probe?.AgeSeconds ?? 0)} ago</span>")}"));

    private static Html WeightOf(BackendStatus backend) => DataTable.Number(
        "Weight", ShortText.Count(backend.Weight), Html.If(backend.WeightOrder is not null, $" <span class=\"faint\">configured {backend.ConfiguredWeight}</span>"));

    private static string OrderOf(PageSnapshot page, OrderStatus order) =>
        $"by operator ({order.By}) since {page.Moment(order.At, hasSeconds: false)}{(order.Until is { } until ? $", until {page.Moment(until, hasSeconds: false)}" : "")}";

    private static Html FailedOf(long failures) => failures > 0 ? Html.Of($"<span class=\"state doubtful\">{ShortText.Count(failures)}</span>") : Html.Of($"0");

    private static Html RateOf(double bytesPerSecond) => Html.Of($" <span class=\"faint\">{ShortText.Bytes((long)bytesPerSecond)}/s</span>");

    private static Html SumsOf(IReadOnlyList<BackendStatus> all) => Html.If(all.Count > 1, $"{DataTable.Sums(SumCellsOf(all))}");

    private static IEnumerable<Html> SumCellsOf(IReadOnlyList<BackendStatus> all) =>
    [
        DataTable.Cell("", ""),
        DataTable.Cell("", ""),
        DataTable.Number("Open", ShortText.Count(all.Sum(b => b.Active))),
        DataTable.Number("New", ShortText.Rate(all.Sum(b => b.ConnectionsPerSecond))),
        DataTable.Number("Failed", ShortText.Count(all.Sum(b => b.ConnectFailures))),
        DataTable.Number("To backend", ShortText.Bytes(all.Sum(b => b.BytesToBackend)), RateOf(all.Sum(b => b.BytesPerSecondToBackend))),
        DataTable.Number("To clients", ShortText.Bytes(all.Sum(b => b.BytesToClient)), RateOf(all.Sum(b => b.BytesPerSecondToClient))),
        .. Enumerable.Repeat(DataTable.Cell("", ""), 3),
    ];
}
