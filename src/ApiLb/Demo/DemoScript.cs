using ApiLb.Configuration.Values;

namespace ApiLb.Demo;

/// <summary>Deeds and when to do them: <c>2s kill cp1; 5s revive cp1</c>. Immutable; sorted by time.</summary>
internal sealed class DemoScript
{
    private const string Form = "write a time since the start, a verb and a stand-in, such as 2s kill cp1; 5s revive cp1";

    private DemoScript(IReadOnlyList<(TimeSpan At, DemoStep Step)> steps) => Steps = steps;

    public static DemoScript Empty { get; } = new([]);

    public IReadOnlyList<(TimeSpan At, DemoStep Step)> Steps { get; }

    /// <summary>What help shows as the default.</summary>
    public override string ToString() => Steps.Count == 0 ? "nothing" : string.Join("; ", Steps.Select(s => $"{Duration.Format(s.At)} {s.Step}"));

    public static Parsed<DemoScript> Parse(string text)
    {
        var steps = new List<(TimeSpan At, DemoStep Step)>();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ParseStep(part).TryGet(out var step, out var problem))
            {
                return Parsed<DemoScript>.Failed(problem);
            }

            steps.Add(step);
        }

        return Parsed<DemoScript>.Of(new DemoScript([.. steps.OrderBy(s => s.At)]));
    }

    private static Parsed<(TimeSpan At, DemoStep Step)> ParseStep(string part)
    {
        var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var time, var verb, var name])
        {
            return Failed($"{Quoted.Of(part)} is not a step; {Form}");
        }

        if (!Duration.Parse(time).TryGet(out var at, out var problem))
        {
            return Failed(problem);
        }

        if (ActionOf(verb) is not { } action)
        {
            return Failed($"{Quoted.Of(verb)} is not a verb; allowed: kill, freeze, drain, revive");
        }

        return DemoCluster.Has(name)
            ? Parsed<(TimeSpan, DemoStep)>.Of((at, new DemoStep(action, name)))
            : Failed($"{Quoted.Of(name)} is not a stand-in; allowed: cp1, cp2, cp3");
    }

    private static Parsed<(TimeSpan At, DemoStep Step)> Failed(string problem) => Parsed<(TimeSpan At, DemoStep Step)>.Failed(problem);

    private static DemoAction? ActionOf(string verb) => verb switch
    {
        "kill" => DemoAction.Kill,
        "freeze" => DemoAction.Freeze,
        "drain" => DemoAction.Drain,
        "revive" => DemoAction.Revive,
        _ => null,
    };
}
