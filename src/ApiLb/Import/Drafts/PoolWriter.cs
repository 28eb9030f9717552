using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.Drafts;

/// <summary>Writes the pools of a <see cref="ConfigurationDraft"/>.</summary>
internal sealed class PoolWriter(YamlText yaml)
{
    private static readonly TimeSpan UsualTotalTimeout = new ConnectOptions().TotalTimeout;

    public void Write(PoolDraft pool)
    {
        yaml.Comment(pool.Origin);
        yaml.Begin(pool.Name);
        Explain(pool, "balance");
        yaml.Value("balance", pool.Balance is { } balance ? Choice.WordOf(balance) : null);
        WriteMembers(pool);
        WriteHealth(pool.Health);
        Explain(pool, "proxyProtocol");
        yaml.Value("proxyProtocol", pool.ProxyProtocol == ProxyProtocolVersion.None ? null : Choice.WordOf(pool.ProxyProtocol));
        Explain(pool, "connect");
        WriteConnect(pool);
        Explain(pool, "queue");
        WriteQueue(pool);
        Explain(pool, "timeouts");
        WriteTimeouts(pool);
        yaml.End();
    }

    private void Explain(PoolDraft pool, string key) => yaml.Comment(pool.Reasons.GetValueOrDefault(key));

    private void WriteMembers(PoolDraft pool)
    {
        if (pool.Backends.Count > 0)
        {
            yaml.Begin("backends");
            pool.Backends.ForEach(Write);
            yaml.End();
        }

        Explain(pool, "discovery");
        if (pool.DnsName is { } name)
        {
            yaml.Begin("discovery");
            yaml.Begin("dns");
            yaml.Value("name", name);
            yaml.Value("port", pool.DnsPort);
            yaml.End();
            yaml.End();
        }
    }

    private void Write(BackendDraft backend)
    {
        yaml.Comment(backend.Reason);
        if (backend is { Weight: 1, IsBackup: false, MaxConnections: null } && !backend.Address.StartsWith("unix:", StringComparison.Ordinal))
        {
            yaml.Item($"{backend.Name}={backend.Address}");
            return;
        }

        List<(string, string)> pairs = [("name", YamlText.Scalar(backend.Name)), ("address", YamlText.Scalar(backend.Address))];
        if (backend.Weight != 1)
        {
            pairs.Add(("weight", FormattableString.Invariant($"{backend.Weight}")));
        }

        if (backend.IsBackup)
        {
            pairs.Add(("backup", "true"));
        }

        if (backend.MaxConnections is { } most)
        {
            pairs.Add(("maxConnections", FormattableString.Invariant($"{most}")));
        }

        yaml.FlowItem(pairs);
    }

    private void WriteHealth(HealthDraft health)
    {
        yaml.Comment(health.Reason);
        yaml.Begin("health");
        yaml.Value("type", Choice.WordOf(health.Type));
        yaml.Value("caFile", health.CaFile);
        yaml.Value("path", health.Path);
        yaml.Value("serverName", health.ServerName);
        yaml.Value("interval", health.Interval);
        yaml.Value("fastInterval", health.FastInterval);
        yaml.Value("timeout", health.Timeout);
        yaml.Value("fall", health.Fall);
        yaml.Value("rise", health.Rise);
        yaml.Value("slowStart", health.SlowStart);
        yaml.End();
    }

    private void WriteConnect(PoolDraft pool)
    {
        if (pool is { ConnectTimeout: null, UsesClientAddress: false })
        {
            return;
        }

        yaml.Begin("connect");
        yaml.Value("timeout", pool.ConnectTimeout);
        yaml.Value("totalTimeout", pool.ConnectTimeout > UsualTotalTimeout ? pool.ConnectTimeout : null);
        yaml.Value("source", pool.UsesClientAddress ? Choice.WordOf(ConnectSource.Client) : null);
        yaml.End();
    }

    private void WriteQueue(PoolDraft pool)
    {
        if (pool is { QueueLength: null, QueueTimeout: null })
        {
            return;
        }

        yaml.Begin("queue");
        yaml.Value("maxLength", pool.QueueLength);
        yaml.Value("timeout", pool.QueueTimeout);
        yaml.End();
    }

    private void WriteTimeouts(PoolDraft pool)
    {
        if (pool.HalfClosedTimeout is { } halfClosed)
        {
            yaml.Begin("timeouts");
            yaml.Value("halfClosed", halfClosed);
            yaml.End();
        }
    }
}
