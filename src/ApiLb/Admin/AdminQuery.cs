using ApiLb.Configuration.Values;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>
/// The parameters of one admin request. Whoever answers asks for all it knows and then for <see cref="Problem"/>: everything
/// that is wrong at once, what nobody asked for included. For one request.
/// </summary>
internal sealed class AdminQuery(IQueryCollection query)
{
    private readonly List<string> _known = [];
    private readonly List<string> _problems = [];

    /// <summary>What is wrong with the parameters, and what is right; null when nothing is.</summary>
    public string? Problem
    {
        get
        {
            var unknown = query.Keys.Where(k => !_known.Contains(k)).Select(Unknown);
            return string.Join("; ", _problems.Concat(unknown)) is { Length: > 0 } problem ? problem : null;
        }
    }

    /// <summary>A parameter that the request cannot do without.</summary>
    public string Require(string name)
    {
        var value = Find(name);
        if (value is null && !query.ContainsKey(name))
        {
            _problems.Add($"{name} is missing");
        }

        return value ?? "";
    }

    /// <summary>Null when the request does not have it.</summary>
    public string? Find(string name)
    {
        _known.Add(name);
        var values = query[name];
        if (values.Count > 1)
        {
            _problems.Add($"{name} is there {values.Count} times");
        }

        if (values is [""])
        {
            _problems.Add($"{name} is empty");
        }

        return values is [{ Length: > 0 } value] ? value : null;
    }

    public T Read<T>(string name, Func<string, Parsed<T>> parse, T whenAbsent)
        where T : notnull => Find(name) is { } text && TryParse(name, text, parse, out var value) ? value : whenAbsent;

    /// <summary>Null when the request does not have it.</summary>
    public T? ReadOrNull<T>(string name, Func<string, Parsed<T>> parse)
        where T : struct => Find(name) is { } text && TryParse(name, text, parse, out var value) ? value : null;

    /// <summary>Null when the request does not have it.</summary>
    public T? ReadOrNothing<T>(string name, Func<string, Parsed<T>> parse)
        where T : class => Find(name) is { } text && TryParse(name, text, parse, out var value) ? value : null;

    private bool TryParse<T>(string name, string text, Func<string, Parsed<T>> parse, out T value)
        where T : notnull
    {
        if (parse(text).TryGet(out var parsed, out var problem))
        {
            value = parsed;
            return true;
        }

        _problems.Add($"{name}: {problem}");
        value = default!;
        return false;
    }

    private string Unknown(string name) =>
        $"unknown parameter {Quoted.Of(name)}{NearestWord.Hint(name, _known)}{(_known.Count > 0 ? $"; allowed: {string.Join(", ", _known)}" : "")}";
}
