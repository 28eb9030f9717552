using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads the <c>bind</c> lines of one proxy.</summary>
internal sealed class BindReader(HaProxyContext context)
{
    private const int MostPorts = 64;

    private static readonly string[] Certificates = ["ssl", "crt", "crt-list", "ca-file"];

    private static readonly string[] WithArgument =
    [
        "accept-netscaler-cip", "alpn", "backlog", "ca-ignore-err", "ca-sign-file", "ca-verify-file", "ciphers", "ciphersuites", "crl-file", "crt-ignore-err", "curves",
        "ecdhe", "gid", "group", "id", "interface", "level", "maxconn", "mode", "mss", "name", "namespace", "nice", "npn", "process", "proto", "severity-output", "shards",
        "ssl-max-ver", "ssl-min-ver", "tcp-ut", "thread", "tls-ticket-keys", "uid", "user", "verify",
    ];

    private static readonly Dictionary<string, string> Missing = new(StringComparer.Ordinal)
    {
        ["interface"] = "ApiLb listens on addresses, not on interfaces: write the interface's address",
        ["namespace"] = "ApiLb listens in the network namespace in which it runs",
        ["v6only"] = "[::] of ApiLb takes IPv4 clients too",
        ["accept-netscaler-cip"] = "ApiLb knows the PROXY protocol only",
        ["maxconn"] = "write limits.maxConnections of the listener",
    };

    private readonly List<string> _addresses = [];

    /// <summary>Whether a line has <c>accept-proxy</c>.</summary>
    public bool AcceptsProxy { get; private set; }

    /// <summary>Where ApiLb shall listen, as it writes addresses; what a wildcard among them covers is not repeated.</summary>
    public IReadOnlyList<string> Addresses() =>
        [.. _addresses.Select(Wider).Distinct().Where(a => !_addresses.Exists(w => w != a && IsCoveredBy(a, w)))];

    public void Read(Statement bind)
    {
        if (ReadParameters(bind))
        {
            foreach (var part in context.Variables.Expand(bind.At(1)).Split(','))
            {
                ReadAddress(bind, part);
            }
        }
    }

    /// <returns>False when the line cannot be carried over as a whole.</returns>
    private bool ReadParameters(Statement bind)
    {
        for (var i = 2; i < bind.Words.Count; i++)
        {
            var word = bind.At(i);
            if (Certificates.Contains(word, StringComparer.Ordinal))
            {
                context.Notes.LeftOut(bind, "ApiLb passes TLS through and ends it nowhere: clients would have to accept the backends' own certificates");
                return false;
            }

            AcceptsProxy |= word == "accept-proxy";
            if (Missing.TryGetValue(word, out var reason))
            {
                context.Notes.LeftOut(bind, $"{word}: {reason}");
            }

            i += WithArgument.Contains(word, StringComparer.Ordinal) ? 1 : 0;
        }

        return true;
    }

    private void ReadAddress(Statement bind, string text)
    {
        if (!HaProxyAddress.Parse(text).TryGet(out var address, out var problem))
        {
            context.Notes.LeftOut(bind, problem);
            return;
        }

        if (!address.IsUnix && (address.FirstPort == 0 || address.LastPort - address.FirstPort >= MostPorts))
        {
            context.Notes.LeftOut(bind, address.FirstPort == 0 ? "has no port" : FormattableString.Invariant($"more than {MostPorts} ports; write those that are used"));
            return;
        }

        for (var port = address.FirstPort; port <= address.LastPort; port++)
        {
            Add(bind, address, port);
        }
    }

    private void Add(Statement bind, HaProxyAddress address, int port)
    {
        var host = address.Host switch { "" or "*" => "0.0.0.0", "localhost" => "127.0.0.1", _ => address.BracketedHost };
        var written = address.IsUnix ? $"unix:{address.Host}" : FormattableString.Invariant($"{host}:{port}");
        if (BindAddress.Parse(written).TryGet(out _, out var problem))
        {
            _addresses.Add(written);
        }
        else
        {
            context.Notes.LeftOut(bind, problem);
        }
    }

    /// <summary>All of IPv4 and all of IPv6 are one address of ApiLb.</summary>
    private string Wider(string address) =>
        PortOf("0.0.0.0:", address) is { } port && _addresses.Contains($"[::]:{port}") ? $"*:{port}"
        : PortOf("[::]:", address) is { } six && _addresses.Contains($"0.0.0.0:{six}") ? $"*:{six}"
        : address;

    private static bool IsCoveredBy(string address, string wildcard) =>
        (PortOf("[::]:", wildcard) is { } six && address.EndsWith($":{six}", StringComparison.Ordinal) && address != $"*:{six}")
        || (PortOf("0.0.0.0:", wildcard) is { } four && address.EndsWith($":{four}", StringComparison.Ordinal) && !address.StartsWith('[') && address != $"*:{four}");

    private static string? PortOf(string host, string address) =>
        address.StartsWith(host, StringComparison.Ordinal) ? address[host.Length..] : null;
}
