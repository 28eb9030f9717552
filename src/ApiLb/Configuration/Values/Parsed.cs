using System.Diagnostics.CodeAnalysis;

namespace ApiLb.Configuration.Values;

/// <summary>A value, or in words why the text is none. Parsers return it, so that wrong input is no exception.</summary>
internal readonly struct Parsed<T>
    where T : notnull
{
    private readonly T? _value;
    private readonly string? _problem;

    private Parsed(T? value, string? problem)
    {
        _value = value;
        _problem = problem;
    }

    public static Parsed<T> Of(T value) => new(value, problem: null);

    public static Parsed<T> Failed(string problem) => new(default, problem);

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? problem)
    {
        value = _value;
        problem = _problem;
        return problem is null;
    }
}
