using System.Globalization;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.Drafts;

/// <summary>Writes a <see cref="ConfigurationDraft"/> as YAML, with the reason of each decision above it.</summary>
internal sealed class DraftWriter(ConfigurationDraft draft, IReadOnlyList<ImportNote> notes)
{
    private readonly YamlText _yaml = new();

    public string Write()
    {
        _yaml.Comment($"Made by apilb import from {draft.Origin}. Line numbers are those of that file.");
        _yaml.Comment("What has no line here keeps its default: docs/configuration.md.");
        WriteNotes("Not carried over:", ImportOutcome.LeftOut);
        WriteNotes("Done in another way:", ImportOutcome.Changed);
        WriteNotes("Not needed:", ImportOutcome.NotNeeded);

        _yaml.BlankLine();
        _yaml.Begin("listeners");
        draft.Listeners.ForEach(Write);
        _yaml.End();

        _yaml.BlankLine();
        _yaml.Begin("pools");
        draft.Pools.ForEach(new PoolWriter(_yaml).Write);
        _yaml.End();
        WriteRest();
        return _yaml.ToString();
    }

    private void WriteNotes(string title, ImportOutcome outcome)
    {
        var byReason = notes.Where(n => n.Outcome == outcome).GroupBy(n => n.Reason).ToList();
        if (byReason.Count == 0)
        {
            return;
        }

        _yaml.Comment("");
        _yaml.Comment(title);
        foreach (var group in byReason)
        {
            var lines = group.Select(n => n.Line).Distinct().Select(n => n.ToString(CultureInfo.InvariantCulture)).ToList();
            var text = outcome == ImportOutcome.LeftOut && group.Count() == 1 ? $"{group.First().Text}: " : "";
            _yaml.Comment($"- {(lines.Count == 1 ? "line" : "lines")} {string.Join(", ", lines)}: {text}{group.Key}");
        }
    }

    private void Write(ListenerDraft listener)
    {
        _yaml.Comment(listener.Origin);
        _yaml.Begin(listener.Name);
        Explain("bind");
        if (listener.Bind.Count == 1)
        {
            _yaml.Value("bind", listener.Bind[0]);
        }
        else
        {
            _yaml.FlowList("bind", listener.Bind);
        }

        Explain("protocol");
        _yaml.Value("protocol", Choice.WordOf(listener.IsTls ? ListenerProtocol.Tls : ListenerProtocol.Tcp));
        Explain("pool");
        _yaml.Value("pool", listener.Pool);
        WriteRoutes(listener.Routes);
        Explain("proxyProtocol");
        if (listener.ProxyFrom.Count > 0)
        {
            _yaml.Begin("proxyProtocol");
            _yaml.FlowList("from", listener.ProxyFrom);
            _yaml.End();
        }

        Explain("firstFlightTimeout");
        _yaml.Value("firstFlightTimeout", listener.FirstFlightTimeout);
        Explain("limits");
        WriteLimits(listener);
        Explain("allow");
        _yaml.FlowList("allow", listener.Allow);
        Explain("deny");
        _yaml.FlowList("deny", listener.Deny);
        _yaml.End();

        void Explain(string key) => _yaml.Comment(listener.Reasons.GetValueOrDefault(key));
    }

    private void WriteRoutes(List<RouteDraft> routes)
    {
        if (routes.Count == 0)
        {
            return;
        }

        _yaml.Begin("routes");
        foreach (var route in routes)
        {
            _yaml.FlowItem([("serverNames", YamlText.Flow(route.ServerNames)), ("pool", YamlText.Scalar(route.Pool))]);
        }

        _yaml.End();
    }

    private void WriteLimits(ListenerDraft listener)
    {
        if (listener is { MaxConnections: null, AcceptRate: null })
        {
            return;
        }

        _yaml.Begin("limits");
        _yaml.Value("maxConnections", listener.MaxConnections);
        _yaml.Value("acceptRate", listener.AcceptRate);
        _yaml.End();
    }

    private void WriteRest()
    {
        WriteSection("limits", "maxConnections", draft.MaxConnections is { } most ? FormattableString.Invariant($"{most}") : null, null);
        WriteAdmin();
        WriteSection("shutdown", "grace", draft.ShutdownGrace is { } grace ? Duration.Format(grace) : null, "How long connections may finish by themselves.");
        WriteSection("transport", "reactors", draft.Reactors is { } count ? FormattableString.Invariant($"{count}") : null, "As many threads as before.");
    }

    private void WriteAdmin()
    {
        if (draft is { AdminListen: null, HasHaproxySocket: false, HasHaproxyMetrics: false })
        {
            return;
        }

        _yaml.BlankLine();
        _yaml.Begin("admin");
        _yaml.Comment(draft.AdminListen is null ? null : draft.AdminReason);
        _yaml.Value("listen", draft.AdminListen);
        _yaml.Value("haproxySocket", draft.HasHaproxySocket ? ImportReason.RuntimeSocket : null);
        _yaml.Value("haproxyMetrics", draft.HasHaproxyMetrics ? "true" : null);
        _yaml.End();
    }

    private void WriteSection(string section, string key, string? value, string? reason)
    {
        if (value is null)
        {
            return;
        }

        _yaml.BlankLine();
        _yaml.Comment(reason);
        _yaml.Begin(section);
        _yaml.Value(key, value);
        _yaml.End();
    }
}
