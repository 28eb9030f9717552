namespace ApiLb.Admin.Page;

/// <summary>Reads off a snapshot what an operator should know first, the worst first. Pure.</summary>
internal static class Problems
{
    private const double NearlyFull = 0.8;
    private const int NamesShown = 6;

    public static IReadOnlyList<Problem> Of(PageSnapshot page)
    {
        var status = page.Status;
        return [.. OfDaemon(page)
            .Concat(OfEtcd(status.Etcd))
            .Concat(status.Pools.SelectMany((pool, index) => OfPool(page, pool, SectionId.OfPool(index))))
            .OrderBy(p => p.Severity)];
    }

    private static IEnumerable<Problem> OfDaemon(PageSnapshot page)
    {
        var status = page.Status;
        if (!status.Ready)
        {
            var severity = page.Readiness == LoadBalancerReadiness.Stopping ? ProblemSeverity.Warning : ProblemSeverity.Alarm;
            yield return new Problem(severity, SectionId.About, "", $"This balancer is not ready for clients: {page.Readiness}. A virtual IP leaves it.");
        }

        if (status.Configuration is { LastReloadFailed: true })
        {
            yield return new Problem(ProblemSeverity.Warning, SectionId.About, "", "The last reload failed: the file is not what runs. apilb check says why.");
        }

        var open = status.Listeners.Sum(l => l.Active);
        if (status.MaxConnections is { } most && open >= most * NearlyFull)
        {
            yield return new Problem(ProblemSeverity.Warning, SectionId.Listeners, "", $"More than {NearlyFull * 100:0} % of the {ShortText.Count(most)} connections that there may be are open.");
        }

        foreach (var listener in status.Listeners.Where(l => l.MaxConnections is { } its && l.Active >= its * NearlyFull))
        {
            yield return new Problem(ProblemSeverity.Warning, SectionId.Listeners, listener.Name, $"more than {NearlyFull * 100:0} % of its {ShortText.Count(listener.MaxConnections ?? 0)} connections are open");
        }
    }

    private static IEnumerable<Problem> OfEtcd(EtcdStatus? etcd) =>
        from alarm in etcd?.Alarms ?? []
        select new Problem(StatusText.IsGrave(alarm) ? ProblemSeverity.Alarm : ProblemSeverity.Warning, SectionId.Etcd, "etcd", alarm.Detail);

    private static IEnumerable<Problem> OfPool(PageSnapshot page, PoolStatus pool, string section)
    {
        if (pool.Total == 0)
        {
            yield return new Problem(ProblemSeverity.Alarm, section, pool.Name, "has no backend yet");
        }
        else if (AlarmText(pool) is { } alarm)
        {
            yield return new Problem(ProblemSeverity.Alarm, section, pool.Name, alarm);
        }

        // One line for all who have the same: twenty backends that are red for one reason are one problem.
        foreach (var alike in pool.Backends.Where(b => b.Status != "ready" && b.Mode == "ready").GroupBy(b => (b.Status, b.Detail)))
        {
            yield return new Problem(SeverityOf(alike.Key.Status), section, NamesOf(alike), StateText(page, [.. alike]));
        }

        foreach (var backend in pool.Backends)
        {
            if (backend.Mode != "ready")
            {
                yield return new Problem(ProblemSeverity.Note, section, backend.Name, $"{backend.Mode} {OrderText(page, backend.ModeOrder)}");
            }

            if (backend.WeightOrder is { } weight)
            {
                yield return new Problem(ProblemSeverity.Note, section, backend.Name, $"weight {backend.Weight} instead of {backend.ConfiguredWeight} {OrderText(page, weight)}");
            }
        }

        foreach (var warning in pool.Warnings)
        {
            yield return new Problem(ProblemSeverity.Warning, SectionId.Certificates, "", warning);
        }
    }

    private static string? AlarmText(PoolStatus pool) => pool.Alarm switch
    {
        "none" => null,
        "etcd_unready" => "nobody is ready, because of etcd: connections go on to all who are alive",
        "nobody_ready" => "nobody is ready: connections go on to all who are alive",
        "nobody_alive" => "nobody is alive: clients are reset",
        "nobody_usable" => "nobody may be used: operators, weights or missing addresses leave nobody",
        _ => StatusText.Words(pool.Alarm),
    };

    private static ProblemSeverity SeverityOf(string status) => status switch
    {
        "dead" => ProblemSeverity.Alarm,
        "unknown" or "warming" => ProblemSeverity.Note,
        _ => ProblemSeverity.Warning,
    };

    private static string StateText(PageSnapshot page, IReadOnlyList<BackendStatus> alike)
    {
        var since = page.Moment(alike.Min(b => b.Since));
        return alike[0].Status switch
        {
            "unknown" => "not checked yet",
            var status => $"{StatusText.Words(status)}, {(alike.Count > 1 ? "the first since" : "since")} {since}: {alike[0].Detail}",
        };
    }

    private static string OrderText(PageSnapshot page, OrderStatus? order) => order is null
        ? "by operator"
        : $"by operator, set by {order.By} at {page.Moment(order.At, hasSeconds: false)}{(order.Until is { } until ? $", until {page.Moment(until, hasSeconds: false)}" : "")}";

    private static string NamesOf(IEnumerable<BackendStatus> backends)
    {
        var names = backends.Select(b => b.Name).ToList();
        return names.Count <= NamesShown
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(NamesShown - 1))} and {names.Count - NamesShown + 1} more";
    }
}
