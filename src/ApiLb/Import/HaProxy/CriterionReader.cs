using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads what stands behind the name of an <c>acl</c>, or within braces: a fetch, flags, values.</summary>
internal static class CriterionReader
{
    private static readonly string[] ServerNameFetches = ["req_ssl_sni", "req.ssl_sni"];
    private static readonly string[] HelloFetches = ["req_ssl_hello_type", "req.ssl_hello_type"];

    public static Criterion Read(IReadOnlyList<string> words)
    {
        var fetch = words.Count > 0 ? words[0].Split(',') : [""];
        var values = words.Skip(1).ToList();
        var match = "str";
        while (values.Count > 0 && values[0].StartsWith('-'))
        {
            var takesValue = values[0] is "-m" or "-f" or "-M";
            match = values[0] switch { "-m" when values.Count > 1 => values[1], "-f" => "file", _ => match };
            values.RemoveRange(0, Math.Min(takesValue ? 2 : 1, values.Count));
        }

        var isPlain = fetch.Skip(1).All(converter => converter == "lower");
        return fetch[0] switch
        {
            "src" when isPlain && match is "str" or "ip" => ReadSources(values),
            "always_true" => Criterion.Always,
            var name when isPlain && HelloFetches.Contains(name, StringComparer.Ordinal) && values is ["1"] => new Criterion { IsTls = true },
            var name when isPlain && ServerNameFetches.Contains(name, StringComparer.Ordinal) => ReadServerNames(values, match),
            _ => Failed($"ApiLb cannot ask for {Quoted.Of(string.Join(' ', words))}"),
        };
    }

    private static Criterion ReadSources(List<string> values)
    {
        var networks = values.ConvertAll(SourceNetwork.Parse);
        return networks.Count > 0 && networks.TrueForAll(n => n is not null)
            ? new Criterion { Sources = networks.ConvertAll(n => n!.Value) }
            : Failed("only addresses and networks can be carried over");
    }

    private static Criterion ReadServerNames(List<string> values, string match)
    {
        List<string> names = [];
        foreach (var value in values)
        {
            IEnumerable<string> patterns = match switch
            {
                "str" => [value],
                "end" when value.StartsWith('.') => [$"*{value}"],
                "end" => [value, $"*.{value}"],
                _ => [],
            };
            foreach (var pattern in patterns.DefaultIfEmpty(""))
            {
                if (!ServerNamePattern.Parse(pattern).TryGet(out var name, out _))
                {
                    return Failed(pattern.Length == 0
                        ? $"routes have whole names and *.DOMAIN, not matches of kind {Quoted.Of(match)}"
                        : $"{Quoted.Of(value)} is no server name");
                }

                names.Add(name);
            }
        }

        return names.Count > 0 ? new Criterion { ServerNames = names } : Failed("has no server name");
    }

    private static Criterion Failed(string problem) => new() { Problem = problem };
}
