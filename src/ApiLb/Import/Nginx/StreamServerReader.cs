using ApiLb.Import.Drafts;

namespace ApiLb.Import.Nginx;

/// <summary>Reads a <c>server</c> block of <c>stream</c> into a listener, and what it says about its pools (ngx_stream_core_module, ngx_stream_proxy_module).</summary>
internal sealed class StreamServerReader
{
    private static readonly TimeSpan LeastConnect = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostConnect = TimeSpan.FromMinutes(1);

    private static readonly string[] BuiltIn =
    [
        "proxy_next_upstream", "proxy_next_upstream_tries", "proxy_next_upstream_timeout", "proxy_buffer_size", "tcp_nodelay", "proxy_socket_keepalive", "proxy_half_close",
        "preread_buffer_size", "preread_timeout", "access_log", "error_log", "resolver", "resolver_timeout", "variables_hash_max_size", "variables_hash_bucket_size",
        "proxy_protocol_timeout",
    ];

    private readonly NginxDirective _server;
    private readonly ImportNotes _notes;
    private readonly AccessRules _access;
    private readonly List<string> _addresses = [];
    private bool _acceptsProxy;

    public StreamServerReader(NginxDirective server, ListenerDraft listener, ImportNotes notes)
    {
        _server = server;
        _notes = notes;
        Listener = listener;
        _access = new AccessRules(listener, notes);
    }

    public ListenerDraft Listener { get; }

    /// <summary>Where clients go; null: nowhere.</summary>
    public Statement? Pass { get; private set; }

    /// <summary>Its rules keep everybody out.</summary>
    public bool IsForNobody => _access.IsForNobody;

    public bool ReadsServerName { get; private set; }

    public bool SendsProxyHeader { get; private set; }

    public bool UsesClientAddress { get; private set; }

    public TimeSpan? ConnectTimeout { get; private set; }

    /// <param name="inherited">Directives of the stream block itself, which hold for every server.</param>
    public void Read(IEnumerable<NginxDirective> inherited)
    {
        foreach (var directive in inherited.Concat(_server.Children ?? []))
        {
            Read(directive.Statement);
        }

        _access.Finish();
        if (_acceptsProxy)
        {
            Listener.ProxyFrom.AddRange(["0.0.0.0/0", "::/0"]);
            Listener.Reasons["proxyProtocol"] = ImportReason.EverybodyIsBelieved;
        }
    }

    /// <summary>The addresses that are free; IPv4 and IPv6 of one port are one address of ApiLb.</summary>
    public void TakeAddresses(DraftAddresses addresses)
    {
        var hasBoth = _addresses.Where(a => a.StartsWith("[::]", StringComparison.Ordinal) && _addresses.Contains(a.Replace("[::]", "0.0.0.0", StringComparison.Ordinal))).ToList();
        var merged = _addresses.Distinct()
            .Where(a => !hasBoth.Contains(a.Replace("0.0.0.0", "[::]", StringComparison.Ordinal)))
            .Concat(hasBoth.Select(a => a.Replace("[::]", "*", StringComparison.Ordinal)));
        Listener.Bind.AddRange(merged.Where(a => addresses.TryTake(_server.Statement, a)));
    }

    private void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "listen":
                ReadListen(statement);
                break;
            case "proxy_pass":
                Pass = statement;
                break;
            case "ssl_preread":
                ReadsServerName = statement.At(1) == "on";
                break;
            case "proxy_protocol":
                SendsProxyHeader = statement.At(1) == "on";
                break;
            case "proxy_connect_timeout":
                ReadConnectTimeout(statement);
                break;
            case "proxy_timeout":
                _notes.Changed(statement, ImportReason.SilentConnections);
                break;
            case "proxy_bind" when statement.At(1) == "$remote_addr" && statement.At(2) == "transparent":
                UsesClientAddress = true;
                break;
            case "allow" or "deny":
                ReadAccess(statement);
                break;
            case var keyword when BuiltIn.Contains(keyword, StringComparer.Ordinal):
                _notes.NotNeeded(statement, "ApiLb does, or shows, this without being told");
                break;
            default:
                _notes.LeftOut(statement, "ApiLb has nothing like it");
                break;
        }
    }

    private void ReadListen(Statement statement)
    {
        if (statement.Words.Skip(2).FirstOrDefault(w => w is "ssl" or "udp") is { } refused)
        {
            _notes.LeftOut(statement, refused == "udp" ? "ApiLb forwards TCP" : "ApiLb passes TLS through and ends it nowhere: clients would have to accept the backends' own certificates");
            return;
        }

        _acceptsProxy |= statement.Words.Contains("proxy_protocol", StringComparer.Ordinal);
        var address = statement.At(1);
        _addresses.Add(
            address.Length > 0 && address.All(char.IsAsciiDigit) ? $"0.0.0.0:{address}"
            : address.StartsWith("*:", StringComparison.Ordinal) ? $"0.0.0.0{address[1..]}"
            : address);
    }

    private void ReadConnectTimeout(Statement statement)
    {
        var time = NginxTime.Parse(statement.At(1));
        if (time is null || time < LeastConnect)
        {
            _notes.LeftOut(statement, "its value is no duration that ApiLb could use");
            return;
        }

        ConnectTimeout = time > MostConnect ? MostConnect : time;
    }

    private void ReadAccess(Statement statement)
    {
        var isAccept = statement.Keyword == "allow";
        if (statement.At(1) == "all")
        {
            _access.Add(statement, isAccept, sources: null, isOutside: false);
        }
        else if (SourceNetwork.Parse(statement.At(1)) is { } network)
        {
            _access.Add(statement, isAccept, [network], isOutside: false);
        }
        else
        {
            _notes.LeftOut(statement, "is no network that ApiLb could use");
        }
    }
}
