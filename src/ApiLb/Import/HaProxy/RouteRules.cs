namespace ApiLb.Import.HaProxy;

/// <summary>
/// Translates <c>use_backend</c>, of which the first that applies decides, into routes, of which the most exact name does.
/// A name that an earlier line takes is never reached in HAProxy, so it becomes no route.
/// </summary>
internal sealed class RouteRules(ImportNotes notes)
{
    private const string AnyLabels = "*";

    private readonly List<(IReadOnlyList<string> Names, string Backend, Statement Rule)> _routes = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>By server name, in the order of the file.</summary>
    public IReadOnlyList<(IReadOnlyList<string> Names, string Backend, Statement Rule)> Routes => _routes;

    /// <summary>The backend of a <c>use_backend</c> that always applies.</summary>
    public Statement? Unconditional { get; private set; }

    public void Add(Statement rule, Condition condition)
    {
        if (Unconditional is not null)
        {
            notes.NotNeeded(rule, "never reached: an earlier use_backend takes every client");
        }
        else if (rule.At(1).Contains('%', StringComparison.Ordinal))
        {
            notes.LeftOut(rule, "names its backend by an expression; write routes with the server names themselves");
        }
        else if (condition.IsAlways)
        {
            Unconditional = rule;
        }
        else if (condition.ServerNames is { } names)
        {
            AddRoute(rule, names);
        }
        else
        {
            notes.LeftOut(rule, condition.Problem ?? "ApiLb chooses pools by the server name only");
        }
    }

    private void AddRoute(Statement rule, IReadOnlyList<string> names)
    {
        var free = names.Where(n => !IsTaken(n)).Distinct().ToList();
        if (free.Count > 0)
        {
            _routes.Add((free, rule.At(1), rule));
        }

        if (free.Count < names.Distinct().Count())
        {
            notes.NotNeeded(rule, "some of its names are never reached: an earlier line takes them");
        }

        _taken.UnionWith(free);
    }

    private bool IsTaken(string name) =>
        _taken.Contains(name)
        || _taken.Any(t => t.StartsWith(AnyLabels, StringComparison.Ordinal) && name.EndsWith(t[AnyLabels.Length..], StringComparison.Ordinal));
}
