using System.Net;

namespace ApiLb.Import.HaProxy;

/// <summary>When a rule of HAProxy applies, in the forms for which ApiLb has something. Immutable.</summary>
internal sealed record Condition
{
    public static readonly Condition Always = new() { IsAlways = true };

    public bool IsAlways { get; private init; }

    /// <summary>Clients from these networks, or with <see cref="IsOutside"/> from anywhere else; null: it asks for something else.</summary>
    public IReadOnlyList<IPNetwork>? Sources { get; private init; }

    public bool IsOutside { get; private init; }

    /// <summary>Clients that ask for these names; null: it asks for something else.</summary>
    public IReadOnlyList<string>? ServerNames { get; private init; }

    /// <summary>Clients that send a ClientHello (true) or do not (false); null: it asks for something else.</summary>
    public bool? IsTls { get; private init; }

    /// <summary>Why ApiLb has nothing like it; null: it has.</summary>
    public string? Problem { get; private init; }

    public static Condition Failed(string problem) => new() { Problem = problem };

    /// <param name="alternatives">Any of them, each with all of its terms.</param>
    /// <param name="isUnless">The opposite is meant.</param>
    public static Condition Of(IReadOnlyList<IReadOnlyList<Term>> alternatives, bool isUnless)
    {
        var problem = alternatives.SelectMany(a => a).SelectMany(t => t.AnyOf).Select(c => c.Problem).FirstOrDefault(p => p is not null);
        if (problem is not null)
        {
            return Failed(problem);
        }

        var condition = OfSources(alternatives) ?? OfServerNames(alternatives) ?? OfHello(alternatives)
            ?? Failed("ApiLb has no rules that join these conditions");
        return isUnless ? Opposite(condition) : condition;
    }

    private static Condition Opposite(Condition condition) => condition switch
    {
        { Sources: not null } => condition with { IsOutside = !condition.IsOutside },
        { IsTls: { } isTls } => condition with { IsTls = !isTls },
        { Problem: not null } => condition,
        _ => Failed("ApiLb has nothing like \"unless\" here"),
    };

    /// <summary>Either: from any of these networks. Or: from none of them, which is one alternative of negated terms.</summary>
    private static Condition? OfSources(IReadOnlyList<IReadOnlyList<Term>> alternatives)
    {
        var terms = alternatives.SelectMany(a => a).ToList();
        var networks = terms.SelectMany(t => t.AnyOf).Select(c => c.Sources).ToList();
        if (networks.Count == 0 || networks.Exists(n => n is null))
        {
            return null;
        }

        var isInside = alternatives.All(a => a is [{ IsNegated: false }]);
        var isOutside = alternatives.Count == 1 && terms.TrueForAll(t => t.IsNegated);
        return isInside || isOutside ? new Condition { Sources = [.. networks.SelectMany(n => n!)], IsOutside = isOutside } : null;
    }

    /// <summary>Each alternative asks for names once, and beside that at most whether the client speaks TLS, which is a matter of course then.</summary>
    private static Condition? OfServerNames(IReadOnlyList<IReadOnlyList<Term>> alternatives)
    {
        List<string> names = [];
        foreach (var terms in alternatives)
        {
            var asked = terms.Where(t => !t.AnyOf.All(c => c.IsTls || c.IsAlways)).ToList();
            if (asked is not [var only] || terms.Any(t => t.IsNegated) || only.AnyOf.Any(c => c.ServerNames is null))
            {
                return null;
            }

            names.AddRange(only.AnyOf.SelectMany(c => c.ServerNames!));
        }

        return new Condition { ServerNames = names };
    }

    private static Condition? OfHello(IReadOnlyList<IReadOnlyList<Term>> alternatives)
    {
        if (alternatives is not [[var term]])
        {
            return null;
        }

        return term.AnyOf.All(c => c.IsAlways) && !term.IsNegated ? Always
            : term.AnyOf.All(c => c.IsTls) ? new Condition { IsTls = !term.IsNegated }
            : null;
    }
}
