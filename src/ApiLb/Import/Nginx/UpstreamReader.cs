using System.Globalization;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.Nginx;

/// <summary>Reads an <c>upstream</c> block into a pool (ngx_stream_upstream_module).</summary>
internal sealed class UpstreamReader(PoolDraft pool, ImportNotes notes)
{
    private const int MostServers = 900;
    private const int HighestWeight = 256;
    private const int MostConnections = 1_000_000;

    private readonly NameBook _names = new();
    private readonly HashSet<BackendAddress> _addresses = [];

    public void Read(NginxDirective upstream)
    {
        pool.Balance = BalancePolicy.RoundRobin;
        foreach (var directive in upstream.Children ?? [])
        {
            Read(directive.Statement);
        }

        if (pool.Balance == BalancePolicy.RoundRobin)
        {
            pool.Reasons["balance"] = ImportReason.RoundRobin;
        }
    }

    /// <summary>One server, as <c>server</c> of an upstream or <c>proxy_pass</c> name it.</summary>
    public void AddServer(Statement statement, string address)
    {
        var text = address.StartsWith("unix:", StringComparison.Ordinal) ? address : address.StartsWith(':') ? "" : address;
        if (!ServerAddress.Parse(text).TryGet(out var parsed, out var problem))
        {
            notes.LeftOut(statement, problem);
            return;
        }

        if (!_addresses.Add(parsed) || pool.Backends.Count == MostServers)
        {
            notes.LeftOut(statement, "another server of this upstream has the same address, or there are too many; use weight to give one a larger share");
            return;
        }

        var backend = new BackendDraft(_names.Take(parsed.IsUnix ? "unix" : parsed.Host), parsed.ToString());
        pool.Backends.Add(statement.Words.Skip(2).Aggregate(backend, (draft, word) => With(draft, statement, word)));
    }

    private void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "server":
                AddServer(statement, statement.At(1));
                break;
            case "least_conn":
                pool.Balance = BalancePolicy.LeastConnections;
                break;
            case "random":
                pool.Balance = BalancePolicy.Random;
                break;
            case "hash" when statement.At(1) is "$remote_addr" or "$binary_remote_addr":
                pool.Balance = BalancePolicy.SourceHash;
                break;
            case "zone":
                notes.NotNeeded(statement, "ApiLb is one process");
                break;
            default:
                notes.LeftOut(statement, "ApiLb has least-connections (the default), round-robin, random, source-hash and first");
                break;
        }
    }

    private BackendDraft With(BackendDraft backend, Statement statement, string parameter)
    {
        var (key, value) = parameter.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (parameter[..at], parameter[(at + 1)..]) : (parameter, "");
        switch (key)
        {
            case "weight" when Number(value, HighestWeight) is { } weight:
                return backend with { Weight = backend.Reason is null ? weight : 0 };
            case "max_conns" when Number(value, MostConnections) is { } most:
                return backend with { MaxConnections = most > 0 ? most : null };
            case "backup":
                return backend with { IsBackup = true };
            case "down":
                return backend with { Weight = 0, Reason = FormattableString.Invariant($"down in line {statement.Line}: weight 0 takes no clients") };
            case "max_fails" or "fail_timeout":
                notes.NotNeeded(statement, "connections that fail are reported to the checks, which take a backend out and bring it back");
                return backend;
            case "resolve":
                notes.NotNeeded(statement, "names are resolved again while ApiLb runs");
                return backend;
            default:
                notes.LeftOut(statement, $"{Quoted.Shorten(parameter)}: ApiLb has nothing like it");
                return backend;
        }
    }

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
