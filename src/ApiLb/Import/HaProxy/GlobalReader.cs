using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads the <c>global</c> section.</summary>
internal sealed class GlobalReader(ConfigurationDraft draft, HaProxyContext context)
{
    private const int MostConnections = 10_000_000;
    private const int MostReactors = 64;

    private static readonly TimeSpan MostGrace = TimeSpan.FromHours(24);

    private static readonly string[] OfTheUnit = ["chroot", "user", "group", "uid", "gid", "daemon", "pidfile", "ulimit-n", "master-worker", "mworker-max-reloads", "set-dumpable", "node", "description", "insecure-fork-wanted", "insecure-setuid-wanted", "nbproc", "cpu-map", "setenv", "presetenv", "resetenv", "unsetenv", "localpeer", "nosplice", "nopoll", "noepoll", "quiet", "zero-warning", "expose-experimental-directives", "strict-limits", "limited-quic", "stats-file", "grace", "close-spread-time", "server-state-base", "server-state-file", "spread-checks", "max-spread-checks", "maxpipes", "busy-polling", "numa-cpu-mapping"];

    public void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "maxconn":
                draft.MaxConnections = context.NumberAt(statement, 1, 1, MostConnections);
                break;
            case "ca-base":
                context.CaBase = statement.At(1);
                break;
            case "nbthread":
                draft.Reactors = context.NumberAt(statement, 1, 1, MostReactors);
                break;
            case "hard-stop-after":
                draft.ShutdownGrace = context.Fit(statement, context.TimeAt(statement, 1), TimeSpan.Zero, MostGrace);
                break;
            case "stats":
                ReadStats(statement);
                break;
            case "log" or "log-send-hostname" or "log-tag":
                HaProxyKeywords.Note(statement, isHttp: false, context.Notes);
                break;
            default:
                Note(statement);
                break;
        }
    }

    private void ReadStats(Statement statement)
    {
        if (statement.At(1) == "socket")
        {
            draft.HasHaproxySocket = true;
            context.Notes.Changed(statement, $"the commands about servers are understood on {ImportReason.RuntimeSocket}; apilb status and the others use a socket of their own");
        }
        else
        {
            context.Notes.NotNeeded(statement, "the admin socket has limits of its own");
        }
    }

    private void Note(Statement statement)
    {
        var isTls = statement.Keyword.StartsWith("ssl-", StringComparison.Ordinal) || statement.Keyword is "crt-base" or "issuers-chain-path";
        if (isTls)
        {
            context.Notes.NotNeeded(statement, "ApiLb passes TLS through; clients and backends settle how");
        }
        else if (OfTheUnit.Contains(statement.Keyword, StringComparer.Ordinal))
        {
            context.Notes.NotNeeded(statement, "how the process runs is the matter of systemd/apilb.service");
        }
        else if (statement.Keyword.StartsWith("tune.", StringComparison.Ordinal) || statement.Keyword.StartsWith("no", StringComparison.Ordinal))
        {
            context.Notes.NotNeeded(statement, "tunes HAProxy itself");
        }
        else
        {
            context.Notes.LeftOut(statement, "ApiLb has nothing like it");
        }
    }
}
