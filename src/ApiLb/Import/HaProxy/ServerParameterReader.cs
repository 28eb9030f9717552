using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads the parameters of <c>server</c>, <c>server-template</c> and <c>default-server</c>.</summary>
internal sealed class ServerParameterReader(ImportNotes notes)
{
    private const int MostConnections = 1_000_000;
    private const int LongestQueue = 100_000;
    private const int HighestWeight = 256;
    private const int MostCounts = 100;

    private static readonly string[] WithoutMeaning = ["enabled", "no-tls-tickets", "no-ssl-reuse", "tfo", "check-via-socks4", "no-check", "on-marked-up", "stick", "non-stick"];

    private static readonly string[] BuiltIn = ["check-send-proxy", "resolve-prefer", "resolve-net", "resolve-opts", "resolvers", "init-addr", "id", "observe", "error-limit", "on-error", "on-marked-down", "on-marked-up", "tcp-ut", "downinter", "log-proto", "pool-purge-delay", "pool-max-conn", "pool-low-conn", "max-reuse", "minconn"];

    private static readonly string[] WithArgument =
    [
        "addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn", "ca-file", "check-alpn", "check-proto", "check-sni", "ciphers", "ciphersuites", "cookie",
        "crl-file", "crt", "downinter", "error-limit", "fall", "fastinter", "id", "init-addr", "inter", "log-proto", "max-reuse", "maxconn", "maxqueue", "minconn",
        "namespace", "observe", "on-error", "on-marked-down", "on-marked-up", "pool-low-conn", "pool-max-conn", "pool-purge-delay", "port", "proto", "proxy-v2-options",
        "redir", "resolve-net", "resolve-opts", "resolve-prefer", "resolvers", "rise", "shard", "slowstart", "sni", "socks4", "source", "ssl-max-ver", "ssl-min-ver",
        "tcp-ut", "track", "verify", "verifyhost", "weight", "ws",
    ];

    /// <param name="parameters">What default-server has said.</param>
    /// <param name="statement">The line.</param>
    /// <param name="from">Where its parameters begin.</param>
    /// <param name="caBase">Where relative CA files are; empty: here.</param>
    public ServerParameters Read(ServerParameters parameters, Statement statement, int from, string caBase)
    {
        for (var i = from; i < statement.Words.Count; i++)
        {
            var word = statement.At(i);
            var argument = "";
            if (WithArgument.Contains(word, StringComparer.Ordinal))
            {
                i++;
                argument = statement.At(i);
            }

            parameters = word == "usesrc" ? parameters with { UsesClientAddress = statement.At(++i) is "client" or "clientip" }
                : word == "ca-file" ? parameters with { CaFile = CaFileOf(statement, argument, caBase, parameters.CaFile) }
                : ReadCheck(parameters, statement, word, argument) ?? ReadTraffic(parameters, statement, word, argument) ?? Unknown(parameters, statement, word, argument);
        }

        return parameters;
    }

    private ServerParameters? ReadCheck(ServerParameters parameters, Statement statement, string word, string argument) => word switch
    {
        "check" => parameters with { IsChecked = true },
        "no-check" => parameters with { IsChecked = false },
        "check-ssl" => parameters with { ChecksTls = true },
        "no-check-ssl" => parameters with { ChecksTls = false },
        "ssl" => parameters with { IsEncrypted = true },
        "no-ssl" => parameters with { IsEncrypted = false },
        "verify" => parameters with { IsVerified = argument == "required" },
        "verifyhost" or "check-sni" => parameters with { ServerName = NameOf(statement, argument) },
        "sni" => parameters with { ServerName = argument.StartsWith("str(", StringComparison.Ordinal) ? NameOf(statement, argument[4..].TrimEnd(')')) : parameters.ServerName },
        "inter" => parameters with { Interval = TimeOf(statement, word, argument) },
        "fastinter" => parameters with { FastInterval = TimeOf(statement, word, argument) },
        "fall" => parameters with { Fall = NumberOf(statement, word, argument, 1, MostCounts) },
        "rise" => parameters with { Rise = NumberOf(statement, word, argument, 1, MostCounts) },
        "slowstart" => parameters with { SlowStart = TimeOf(statement, word, argument) },
        "port" or "addr" => parameters with { ChecksElsewhere = true },
        _ => null,
    };

    private ServerParameters? ReadTraffic(ServerParameters parameters, Statement statement, string word, string argument) => word switch
    {
        "weight" => parameters with { Weight = NumberOf(statement, word, argument, 0, HighestWeight) ?? 1 },
        "backup" => parameters with { IsBackup = true },
        "no-backup" => parameters with { IsBackup = false },
        "disabled" => parameters with { IsDisabled = true },
        "maxconn" => parameters with { MaxConnections = argument == "0" ? null : NumberOf(statement, word, argument, 1, MostConnections) },
        "maxqueue" => parameters with { QueueLength = argument == "0" ? null : NumberOf(statement, word, argument, 1, LongestQueue) },
        "send-proxy" => parameters with { ProxyProtocol = ProxyProtocolVersion.V1 },
        "send-proxy-v2" or "send-proxy-v2-ssl" or "send-proxy-v2-ssl-cn" => parameters with { ProxyProtocol = ProxyProtocolVersion.V2 },
        "no-send-proxy" or "no-send-proxy-v2" => parameters with { ProxyProtocol = ProxyProtocolVersion.None },
        "source" when argument is "0.0.0.0" or "*" or "::" => parameters,
        _ when BuiltIn.Contains(word, StringComparer.Ordinal) || WithoutMeaning.Contains(word, StringComparer.Ordinal) => parameters,
        _ => null,
    };

    private ServerParameters Unknown(ServerParameters parameters, Statement statement, string word, string argument)
    {
        var text = Quoted.Shorten(argument.Length > 0 ? $"{word} {argument}" : word);
        notes.LeftOut(statement, $"{text}: ApiLb has nothing like it");
        return parameters;
    }

    private string? CaFileOf(Statement statement, string path, string caBase, string? before)
    {
        var full = path.StartsWith('/') || caBase.Length == 0 ? path : $"{caBase.TrimEnd('/')}/{path}";
        if (path.Length > 0 && path[0] != '@' && FilePath.Parse(full).TryGet(out _, out _))
        {
            return full;
        }

        notes.LeftOut(statement, $"ca-file {Quoted.Shorten(path)}: ApiLb reads PEM files");
        return before;
    }

    private string? NameOf(Statement statement, string name)
    {
        if (ServerName.Parse(name).TryGet(out _, out _))
        {
            return name;
        }

        notes.LeftOut(statement, $"{Quoted.Shorten(name)} is no server name");
        return null;
    }

    private TimeSpan? TimeOf(Statement statement, string word, string text)
    {
        var time = HaProxyTime.Parse(text);
        if (time is null)
        {
            notes.LeftOut(statement, $"{word} {Quoted.Shorten(text)} is no duration");
        }

        return time;
    }

    private int? NumberOf(Statement statement, string word, string text, int least, int most)
    {
        var number = ServerParameters.Number(text, least, most);
        if (number is null)
        {
            notes.LeftOut(statement, FormattableString.Invariant($"{word} {Quoted.Shorten(text)} is no number from {least} to {most}"));
        }

        return number;
    }
}
