using System.Globalization;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// HAProxy's runtime commands about servers (its management guide, 9.3), and its answers to them, word for word where it has any.
/// Thread-safe.
/// </summary>
internal sealed class RuntimeCommands(RuntimeSources sources)
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
          show info                               : report information about the running process
          show servers state [<backend>]          : dump volatile server information (all or for a single backend)
          show stat                               : report counters for each proxy and server
          show version                            : show version of the current process
          shutdown sessions server <bk>/<srv>     : kill sessions on a server
          help                                    : list all commands
          prompt                                  : toggle interactive mode with prompt
          quit                                    : disconnect

        """;

    private readonly StatReader _stat = new(sources);
    private readonly ProcessTable _info = new(sources);
    private readonly RuntimeOrders _orders = new(sources);

    /// <summary>The answer to one command, without the empty line that follows it.</summary>
    /// <param name="command">One command, without semicolon.</param>
    /// <param name="mayChange">Whether the client may change something.</param>
    /// <param name="stop">Ends what takes long.</param>
    public async Task<string> AnswerAsync(string command, bool mayChange, CancellationToken stop)
    {
        var words = command.Split((char[]?)[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["help", ..] => Help,
            ["show", "stat", ..] => StatTable.Write(_stat.Read()),
            ["show", "info", ..] => _info.Write(),
            ["show", "version"] => $"{Telemetry.ProcessLifetime.Version}\n",
            ["show", "servers", "state", ..] => ShowServers(words.ElementAtOrDefault(3)),
            ["get", "weight", ..] => GetWeight(words.ElementAtOrDefault(2)),
            ["set" or "enable" or "disable" or "shutdown", ..] when !mayChange => "Permission denied\n",
            ["set", "server", _, "state", ..] => SetState(words[2], words.ElementAtOrDefault(4)),
            ["set", "server", _, "weight", ..] => SetWeight(words[2], words.ElementAtOrDefault(4)),
            ["set", "server", _, ..] => WithServer(words[2], _ => "usage: set server <backend>/<server> weight | state\n"),
            ["set", "server"] => NeedsServer,
            ["set", "weight", ..] => SetWeight(words.ElementAtOrDefault(2), words.ElementAtOrDefault(3)),
            ["disable", "server", ..] => SetMode(words.ElementAtOrDefault(2), OperatorMode.Maint),
            ["enable", "server", ..] => SetMode(words.ElementAtOrDefault(2), OperatorMode.Ready),
            ["shutdown", "sessions", "server", ..] => await ShutdownAsync(words.ElementAtOrDefault(3), stop),
            _ => $"Unknown command.{Help["The following commands are valid at this level:".Length..]}",
        };
    }

    private string ShowServers(string? name)
    {
        var pools = sources.Pools.Where(p => name is null || p.Name == name).ToList();
        return pools.Count > 0 ? new ServerStateTable(_stat).Write(pools, _orders.InitialWeightOf) : NoBackend;
    }

    private string GetWeight(string? server) => WithServer(
        server, b => string.Create(CultureInfo.InvariantCulture, $"{b.Options.Weight} (initial {_orders.InitialWeightOf(b)})\n"));

    private string SetState(string server, string? state) => WithServer(server, backend =>
    {
        OperatorMode? mode = state switch { "ready" => OperatorMode.Ready, "drain" => OperatorMode.Drain, "maint" => OperatorMode.Maint, _ => null };
        if (mode is not { } wanted)
        {
            return StateWords;
        }

        _orders.SetMode(backend, wanted);
        return "";
    });

    private string SetMode(string? server, OperatorMode mode) => WithServer(server, backend =>
    {
        _orders.SetMode(backend, mode);
        return "";
    });

    /// <summary>A number, or a percentage of the initial weight.</summary>
    private string SetWeight(string? server, string? text) => WithServer(server, backend =>
    {
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

        var weight = isRelative ? Math.Min(HighestWeight, (long)_orders.InitialWeightOf(backend) * number / 100) : number;
        if (weight is < 0 or > HighestWeight)
        {
            return WeightRange;
        }

        _orders.SetWeight(backend, (int)weight);
        return "";
    });

    private async Task<string> ShutdownAsync(string? server, CancellationToken stop)
    {
        Backend? found = null;
        var refusal = WithServer(server, backend =>
        {
            found = backend;
            return "";
        });
        if (found is not null)
        {
            await _orders.CloseAsync(found, stop);
        }

        return refusal;
    }

    private string WithServer(string? name, Func<Backend, string> answer)
    {
        if (name?.Split('/') is not [{ Length: > 0 } pool, { Length: > 0 } server])
        {
            return NeedsServer;
        }

        var backend = sources.Pools.FirstOrDefault(p => p.Name == pool)?.Snapshot.Backends.FirstOrDefault(b => b.Name == server);
        return backend is null ? NoServer : answer(backend);
    }
}
