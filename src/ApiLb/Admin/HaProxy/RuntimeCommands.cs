using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Operators;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// HAProxy's runtime commands about servers (its management guide, 9.3), and its answers to them, word for word where it has any.
/// Thread-safe.
/// </summary>
internal sealed class RuntimeCommands(RuntimeSources sources, TimeProvider time)
{
    private const string NeedsServer = "Require 'backend/server'.\n";
    private const string NoServer = "No such server.\n";
    private const string NoBackend = "Can't find backend.\n";
    private const string StateWords = "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n";
    private const string WeightForm = "Require <weight> or <weight%>.\n";
    private const string WeightRange = "Absolute weight can only be between 0 and 256 inclusive.\n";
    private const string RelativeRange = "Relative weight must be positive.\n";
    private const int HighestWeight = 256;

    private const string Help =
        """
        The following commands are valid at this level:
          disable server (DEPRECATED)             : disable a server for maintenance (use 'set server' instead)
          enable server  (DEPRECATED)             : enable a disabled server (use 'set server' instead)
          get weight <bk>/<srv>                   : report a server's current weight
          set server <bk>/<srv> [opts]            : change a server's state or weight
          set weight <bk>/<srv>  (DEPRECATED)     : change a server's weight (use 'set server' instead)
          show backend                            : list backends in the current running config
          show info                               : report information about the running process
          show servers conn [<backend>]           : dump server connections status (all or for a single backend)
          show servers state [<backend>]          : dump volatile server information (all or for a single backend)
          show sess [<id> | older <age> | frontend|backend|server <name>] : report the list of current sessions
          show stat                               : report counters for each proxy and server
          show version                            : show version of the current process
          shutdown session [id]                   : kill a specific session
          shutdown sessions server <bk>/<srv>     : kill sessions on a server
          help                                    : list all commands
          prompt                                  : toggle interactive mode with prompt
          quit                                    : disconnect

        """;

    private readonly StatReader _stat = new(sources);
    private readonly ProcessTable _info = new(sources);
    private readonly SessionTable _sessions = new(sources.Pools);

    /// <summary>The answer to one command, without the empty line that follows it.</summary>
    /// <param name="command">One command, without semicolon.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="stop">Ends what takes long.</param>
    public async Task<string> AnswerAsync(string command, RuntimeClient client, CancellationToken stop)
    {
        var words = command.Split((char[]?)[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["help", ..] => Help,
            ["show", "stat", ..] => StatTable.Write(_stat.Read()),
            ["show", "info", ..] => _info.Write(),
            ["show", "version"] => $"{Telemetry.ProcessLifetime.Version}\n",
            ["show", "servers", "state", ..] => ShowServers(words.ElementAtOrDefault(3), new ServerStateTable(_stat).Write),
            ["show", "servers", "conn", ..] => ShowServers(words.ElementAtOrDefault(3), new ServerConnectionTable(_stat, sources.Reactors).Write),
            ["show", "backend", ..] => $"# name\n{string.Concat(sources.Pools.Select(p => $"{p.Name}\n"))}",
            ["show", "sess", ..] => _sessions.Write(words.AsSpan(2)),
            ["get", "weight", ..] => GetWeight(words.ElementAtOrDefault(2)),
            ["set" or "enable" or "disable" or "shutdown", ..] when client.Refusal is { } refusal => $"Permission denied: {refusal}\n",
            ["set", "server", _, "state", ..] => await SetStateAsync(words[2], words.ElementAtOrDefault(4), client, stop),
            ["set", "server", _, "weight", ..] => await SetWeightAsync(words[2], words.ElementAtOrDefault(4), client, stop),
            ["set", "server", _, ..] => TryFind(words[2], out _, out var missing) ? "usage: set server <backend>/<server> weight | state\n" : missing,
            ["set", "server"] => NeedsServer,
            ["set", "weight", ..] => await SetWeightAsync(words.ElementAtOrDefault(2), words.ElementAtOrDefault(3), client, stop),
            ["disable", "server", ..] => await SetStateAsync(words.ElementAtOrDefault(2), "maint", client, stop),
            ["enable", "server", ..] => await SetStateAsync(words.ElementAtOrDefault(2), "ready", client, stop),
            ["shutdown", "session", ..] => _sessions.Shutdown(words.ElementAtOrDefault(2)),
            ["shutdown", "sessions", "server", ..] => Shutdown(words.ElementAtOrDefault(3)),
            _ => $"Unknown command.{Help["The following commands are valid at this level:".Length..]}",
        };
    }

    private string ShowServers(string? name, Func<IEnumerable<BackendPool>, string> write)
    {
        var pools = sources.Pools.Where(p => name is null || p.Name == name).ToList();
        return pools.Count > 0 ? write(pools) : NoBackend;
    }

    private string GetWeight(string? server) => TryFind(server, out var backend, out var refusal)
        ? string.Create(CultureInfo.InvariantCulture, $"{backend.Weight} (initial {backend.Options.Weight})\n")
        : refusal;

    private async Task<string> SetStateAsync(string? server, string? state, RuntimeClient client, CancellationToken stop)
    {
        if (!TryFind(server, out var backend, out var refusal))
        {
            return refusal;
        }

        OperatorMode? mode = state switch { "ready" => OperatorMode.Ready, "drain" => OperatorMode.Drain, "maint" => OperatorMode.Maint, _ => null };
        if (mode is not { } wanted)
        {
            return StateWords;
        }

        return AnswerOf(await sources.Operators.SetModeAsync(backend, new ModeOrder(wanted, TermsOf(client)), stop));
    }

    /// <summary>A number, or a percentage of the configured weight.</summary>
    private async Task<string> SetWeightAsync(string? server, string? text, RuntimeClient client, CancellationToken stop)
    {
        if (!TryFind(server, out var backend, out var refusal))
        {
            return refusal;
        }

        var isRelative = text?.EndsWith('%') ?? false;
        var digits = isRelative ? text![..^1] : text;
        if (string.IsNullOrEmpty(text) || !int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return WeightForm;
        }

        if (isRelative && number < 0)
        {
            return RelativeRange;
        }

        var weight = isRelative ? Math.Min(HighestWeight, (long)backend.Options.Weight * number / 100) : number;
        if (weight is < 0 or > HighestWeight)
        {
            return WeightRange;
        }

        return AnswerOf(await sources.Operators.SetWeightAsync(backend, new WeightOrder((int)weight, TermsOf(client)), stop));
    }

    private string Shutdown(string? server)
    {
        if (!TryFind(server, out var backend, out var refusal))
        {
            return refusal;
        }

        sources.Kill(backend, null);
        return "";
    }

    /// <summary>As HAProxy, nothing about what was done. It has no word for what is not done during a handover.</summary>
    private static string AnswerOf(OrderOutcome outcome) => outcome.Refusal is { } why ? $"{why}.\n" : "";

    private OrderTerms TermsOf(RuntimeClient client) => new(client.By, time.GetUtcNow());

    private bool TryFind(string? name, [NotNullWhen(true)] out Backend? backend, [NotNullWhen(false)] out string? refusal)
    {
        (backend, refusal) = (null, NeedsServer);
        if (name?.Split('/') is not [{ Length: > 0 } pool, { Length: > 0 } server])
        {
            return false;
        }

        backend = sources.Pools.FirstOrDefault(p => p.Name == pool)?.Snapshot.Backends.FirstOrDefault(b => b.Name == server);
        refusal = backend is null ? NoServer : null;
        return backend is not null;
    }
}
