using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads <c>server</c>, <c>server-template</c> and <c>default-server</c> of one backend into its pool.</summary>
internal sealed class ServerReader(PoolDraft pool, HaProxyContext context)
{
    private const int MostServers = 900;
    private const int LongestQueue = 100_000;

    private readonly NameBook _names = new();
    private readonly HashSet<BackendAddress> _addresses = [];
    private readonly ServerParameterReader _parameters = new(context.Notes);
    private ServerParameters _defaults = new();

    /// <summary>What the first server that was carried over says: ApiLb has one check for the whole pool.</summary>
    public ServerParameters? First { get; private set; }

    public Statement? FirstStatement { get; private set; }

    /// <summary>Of all servers together; null: not limited.</summary>
    public int? QueueLength { get; private set; }

    public void ReadDefaults(Statement statement) => _defaults = _parameters.Read(_defaults, statement, 1, context.CaBase);

    public void ReadServer(Statement statement)
    {
        var parameters = _parameters.Read(_defaults, statement, 3, context.CaBase);
        if (AddressOf(statement, statement.At(2)) is not { } address || !MayJoin(statement, parameters))
        {
            return;
        }

        if (!_addresses.Add(address))
        {
            context.Notes.LeftOut(statement, "another server of this backend has the same address; use weight to give it a larger share");
            return;
        }

        if (pool.Backends.Count == MostServers)
        {
            context.Notes.LeftOut(statement, FormattableString.Invariant($"more than {MostServers} servers"));
            return;
        }

        Join(statement, parameters);
        pool.Backends.Add(new BackendDraft(_names.Take(statement.At(1)), address.ToString())
        {
            Weight = parameters.IsDisabled ? 0 : parameters.Weight,
            IsBackup = parameters.IsBackup,
            MaxConnections = parameters.MaxConnections,
            Reason = parameters.IsDisabled ? FormattableString.Invariant($"disabled in line {statement.Line}: weight 0 takes no clients") : null,
        });
    }

    /// <summary><c>server-template PREFIX COUNT NAME:PORT</c>: every address of a name.</summary>
    public void ReadTemplate(Statement statement)
    {
        var parameters = _parameters.Read(_defaults, statement, 4, context.CaBase);
        if (AddressOf(statement, statement.At(3)) is not { } address || !MayJoin(statement, parameters))
        {
            return;
        }

        if (address.TryGetEndPoint() is not null || address.Host.StartsWith('_') || pool.DnsName is not null)
        {
            context.Notes.LeftOut(statement, "ApiLb finds members by one name's A and AAAA records (discovery.dns); write others under backends");
            return;
        }

        Join(statement, parameters);
        (pool.DnsName, pool.DnsPort) = (address.Host, address.Port);
        pool.Reasons["discovery"] = FormattableString.Invariant($"server-template, line {statement.Line}: all addresses of the name, however many.");
    }

    private BackendAddress? AddressOf(Statement statement, string word)
    {
        var text = context.Variables.Expand(word);
        if (!HaProxyAddress.Parse(text).TryGet(out var parsed, out var problem))
        {
            context.Notes.LeftOut(statement, problem);
            return null;
        }

        if (parsed is { IsUnix: false, FirstPort: 0 })
        {
            context.Notes.LeftOut(statement, "has no port; write the one that clients mean");
            return null;
        }

        var written = parsed.IsUnix ? $"unix:{parsed.Host}" : FormattableString.Invariant($"{parsed.BracketedHost}:{parsed.FirstPort}");
        if (parsed.FirstPort == parsed.LastPort && ServerAddress.Parse(written).TryGet(out var address, out problem))
        {
            return address;
        }

        context.Notes.LeftOut(statement, problem ?? "has a range of ports");
        return null;
    }

    private bool MayJoin(Statement statement, ServerParameters parameters)
    {
        if (First is { } first && first.ProxyProtocol != parameters.ProxyProtocol)
        {
            context.Notes.LeftOut(statement, "all backends of a pool get the same PROXY header, and the first server's is another; give this one a pool of its own");
            return false;
        }

        if (parameters.IsEncrypted)
        {
            context.Notes.LeftOut(statement, "ssl: HAProxy speaks TLS to the server; ApiLb passes through what clients send, so they must speak it themselves");
        }

        return true;
    }

    private void Join(Statement statement, ServerParameters parameters)
    {
        FirstStatement ??= statement;
        First ??= parameters;
        if (First is var first && CheckOf(first) != CheckOf(parameters))
        {
            context.Notes.LeftOut(statement, "a pool has one check, and the first server's is another");
        }

        pool.ProxyProtocol = parameters.ProxyProtocol;
        pool.UsesClientAddress |= parameters.UsesClientAddress;
        QueueLength = parameters.QueueLength is { } length ? Math.Min(LongestQueue, (QueueLength ?? 0) + length) : QueueLength;
    }

    private static ServerParameters CheckOf(ServerParameters parameters) => parameters with
    {
        Weight = 1,
        IsBackup = false,
        IsDisabled = false,
        MaxConnections = null,
        QueueLength = null,
        ProxyProtocol = ProxyProtocolVersion.None,
        UsesClientAddress = false,
    };
}
