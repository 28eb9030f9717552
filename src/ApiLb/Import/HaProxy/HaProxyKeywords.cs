namespace ApiLb.Import.HaProxy;

/// <summary>The keywords of proxies that lead to no setting, and why. The same table as in docs/from-haproxy.md.</summary>
internal static class HaProxyKeywords
{
    private const string Logged = "logs and metrics show this without being told (docs/metrics.md)";
    private const string Tried = "each client is offered every backend, once, without being told";
    private const string KeptAlive = "keepalive is always on, on both sides";
    private const string Tuned = "tunes what ApiLb does by itself";
    private const string NoTables = "ApiLb has no tables; balance: source-hash keeps a client at one backend";

    private static readonly Dictionary<string, string> NotNeeded = new(StringComparer.Ordinal)
    {
        ["log-format"] = Logged,
        ["log-format-sd"] = Logged,
        ["error-log-format"] = Logged,
        ["log-tag"] = Logged,
        ["option tcplog"] = Logged,
        ["option httplog"] = Logged,
        ["option httpslog"] = Logged,
        ["option dontlognull"] = Logged,
        ["option dontlog-normal"] = Logged,
        ["option logasap"] = Logged,
        ["option log-separate-errors"] = Logged,
        ["option log-health-checks"] = Logged,
        ["option contstats"] = Logged,
        ["option socket-stats"] = Logged,
        ["option redispatch"] = Tried,
        ["retries"] = Tried,
        ["option allbackups"] = "all backups serve together",
        ["option clitcpka"] = KeptAlive,
        ["option srvtcpka"] = KeptAlive,
        ["option tcpka"] = KeptAlive,
        ["clitcpka-cnt"] = KeptAlive,
        ["clitcpka-idle"] = KeptAlive,
        ["clitcpka-intvl"] = KeptAlive,
        ["srvtcpka-cnt"] = KeptAlive,
        ["srvtcpka-idle"] = KeptAlive,
        ["srvtcpka-intvl"] = KeptAlive,
        ["option splice-auto"] = Tuned,
        ["option splice-request"] = Tuned,
        ["option splice-response"] = Tuned,
        ["option tcp-smart-accept"] = Tuned,
        ["option tcp-smart-connect"] = Tuned,
        ["option nolinger"] = Tuned,
        ["option independent-streams"] = Tuned,
        ["option abortonclose"] = Tuned,
        ["option prefer-last-server"] = Tuned,
        ["backlog"] = Tuned,
        ["bind-process"] = Tuned,
        ["fullconn"] = Tuned,
        ["hash-type"] = "source-hash always moves as few clients as possible when a backend goes",
        ["description"] = "a description",
        ["id"] = "ApiLb has names, no numbers",
        ["enabled"] = "a matter of course",
        ["mode"] = "ApiLb forwards TCP",
        ["load-server-state-from-file"] = "ApiLb finds out by its checks",
        ["server-state-file-name"] = "ApiLb finds out by its checks",
        ["option external-check"] = "says only that there is an external check",
    };

    private static readonly Dictionary<string, string> Missing = new(StringComparer.Ordinal)
    {
        ["stick"] = NoTables,
        ["stick-table"] = NoTables,
        ["stick on"] = NoTables,
        ["stick match"] = NoTables,
        ["stick store-request"] = NoTables,
        ["stick store-response"] = NoTables,
        ["persist"] = NoTables,
        ["use-server"] = "only pools are chosen by rules, never single backends",
        ["dispatch"] = "list the servers themselves",
        ["option transparent"] = "forwarding to where the client meant to go is not ApiLb's job",
        ["transparent"] = "forwarding to where the client meant to go is not ApiLb's job",
        ["external-check"] = "ApiLb runs no programs for checks",
        ["filter"] = "ApiLb has no filters",
        ["tcp-response content"] = "ApiLb does not look at what backends answer",
        ["monitor fail"] = "/lb/readyz of admin.listen fails when no backend is usable",
        ["log"] = "ApiLb writes to the journal; let that send the log on",
    };

    private static readonly string[] ChecksOfOtherProtocols =
    [
        "option ldap-check", "option mysql-check", "option pgsql-check", "option redis-check", "option smtpchk", "option spop-check",
    ];

    private static readonly string[] HttpOnly =
    [
        "http-request", "http-response", "http-after-response", "http-reuse", "http-send-name-header", "http-error", "errorfile", "errorfiles", "errorloc",
        "errorloc302", "errorloc303", "redirect", "cookie", "compression", "capture request", "capture response", "capture cookie", "declare",
        "timeout http-request", "timeout http-keep-alive", "timeout tarpit", "unique-id-format", "unique-id-header", "max-keep-alive-queue", "retry-on",
        "monitor-uri", "option forwardfor", "option originalto", "option httpclose", "option accept-invalid-http-request", "option accept-invalid-http-response",
        "option checkcache", "option disable-h2-upgrade", "option h1-case-adjust-bogus-client", "option h1-case-adjust-bogus-server", "option persist",
        "option idle-close-on-response", "use-fcgi-app", "force-persist", "ignore-persist",
    ];

    private static readonly string[] OneSided =
    [
        "default-server", "balance", "source", "option httpchk", "option tcp-check", "option ssl-hello-chk", "timeout connect", "timeout queue", "timeout check",
        "timeout client-fin", "timeout server-fin", "maxconn", "rate-limit sessions", "default_backend", "use_backend", "acl",
    ];

    private static readonly string[] OneSidedFamilies = ["http-check ", "tcp-check ", "tcp-request "];

    /// <summary>Whether only frontends or only backends read it: in a defaults section it is meant for those.</summary>
    public static bool IsForOneSide(string key) =>
        OneSided.Contains(key, StringComparer.Ordinal) || OneSidedFamilies.Any(f => key.StartsWith(f, StringComparison.Ordinal));

    /// <summary>Notes a statement that nobody has read.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="isHttp">The proxy reads HTTP, so that what is about HTTP had an effect.</param>
    /// <param name="notes">Where to.</param>
    public static void Note(Statement statement, bool isHttp, ImportNotes notes)
    {
        var key = HaProxyProxy.KeyOf(statement);
        if (key is "timeout client" or "timeout server" or "timeout tunnel")
        {
            notes.Changed(statement, ImportReason.SilentConnections);
        }
        else if (statement.Keyword == "log" && IsLocalLog(statement.At(1)))
        {
            notes.NotNeeded(statement, Logged);
        }
        else if (NotNeeded.TryGetValue(key, out var reason))
        {
            notes.NotNeeded(statement, reason);
        }
        else if (Missing.TryGetValue(key, out reason))
        {
            notes.LeftOut(statement, reason);
        }
        else if (HttpOnly.Contains(key, StringComparer.Ordinal) || key.StartsWith("option http-", StringComparison.Ordinal))
        {
            NoteHttp(statement, isHttp, notes);
        }
        else if (ChecksOfOtherProtocols.Contains(key, StringComparer.Ordinal))
        {
            notes.LeftOut(statement, "ApiLb does not speak this protocol; the check only connects");
        }
        else
        {
            notes.LeftOut(statement, "ApiLb has nothing like it");
        }
    }

    private static void NoteHttp(Statement statement, bool isHttp, ImportNotes notes)
    {
        if (isHttp)
        {
            notes.LeftOut(statement, "it is about HTTP, which ApiLb forwards without reading it");
        }
        else
        {
            notes.NotNeeded(statement, "has no effect in mode tcp, in HAProxy neither");
        }
    }

    private static bool IsLocalLog(string target) =>
        target is "global" or "stdout" or "stderr" or "localhost" || target.StartsWith('/') || target.StartsWith("fd@", StringComparison.Ordinal)
        || target.StartsWith("127.", StringComparison.Ordinal) || target.StartsWith("stdout", StringComparison.Ordinal) || target.StartsWith("ring@", StringComparison.Ordinal);
}
