using ApiLb.Configuration.Values;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Proxies that only show statistics, metrics or their own health become <c>admin.listen</c>, of which there is one.</summary>
internal sealed class AdminReader(ConfigurationDraft draft, HaProxyContext context)
{
    private const string Exporter = "prometheus-exporter";

    public static bool IsAdmin(HaProxyProxy proxy)
    {
        var own = proxy.Section.Statements;
        return proxy.HasFrontend
            && own.Any(s => s.Keyword is "stats" or "monitor-uri" || s.Words.Contains(Exporter, StringComparer.Ordinal))
            && !own.Any(s => s.Keyword is "server" or "server-template" or "default_backend" or "use_backend");
    }

    public void Read(HaProxyProxy proxy)
    {
        var binds = new BindReader(context);
        foreach (var statement in proxy.Section.Statements)
        {
            Read(statement, binds);
        }

        foreach (var address in binds.Addresses())
        {
            Take(proxy, address);
        }
    }

    private void Read(Statement statement, BindReader binds)
    {
        switch (statement.Keyword)
        {
            case "bind":
                binds.Read(statement);
                break;
            case "monitor-uri":
                context.Notes.Changed(statement, "ask /lb/readyz of admin.listen instead: 200 while a backend is usable");
                break;
            case "stats" when statement.At(1) is "auth" or "admin" or "http-request" or "realm":
                context.Notes.LeftOut(statement, "admin.listen is read-only and asks for no password; changes go through the admin socket");
                break;
            case "stats" or "mode" or "option" or "timeout" or "log" or "maxconn" or "description" or "no":
                context.Notes.NotNeeded(statement, "admin.listen serves /metrics, /lb/healthz and /lb/readyz");
                break;
            case "http-request" when statement.Words.Contains(Exporter, StringComparer.Ordinal):
                draft.HasHaproxyMetrics = true;
                context.Notes.Changed(statement, "metrics are at /metrics of admin.listen, under HAProxy's names and ApiLb's own (docs/metrics.md)");
                break;
            default:
                HaProxyKeywords.Note(statement, isHttp: true, context.Notes);
                break;
        }
    }

    private void Take(HaProxyProxy proxy, string address)
    {
        if (!BindAddress.ParseIp(address).TryGet(out _, out _) || draft.AdminListen is not null)
        {
            context.Notes.LeftOut(proxy.Section.Head, $"{address}: ApiLb has one address for this, {draft.AdminListen ?? "127.0.0.1:8404"}");
            return;
        }

        if (!context.Addresses.TryTake(proxy.Section.Head, address))
        {
            return;
        }

        draft.AdminListen = address;
        draft.AdminReason = FormattableString.Invariant($"{proxy.Section.Kind} {proxy.Name}, line {proxy.Section.Head.Line}: /metrics, /lb/healthz and /lb/readyz, readable for everyone who reaches the address.");
    }
}
