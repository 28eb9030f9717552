using ApiLb.Configuration.Values;

namespace ApiLb.Import.Drafts;

/// <summary>Makes names valid and unique: other balancers allow more characters than ApiLb, which shows names in metrics and commands.</summary>
internal sealed class NameBook
{
    private const int Longest = 63;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public string Take(string wanted)
    {
        var name = Valid(wanted);
        for (var number = 2; !_taken.Add(name); number++)
        {
            var suffix = FormattableString.Invariant($"-{number}");
            var stem = Valid(wanted);
            name = stem[..Math.Min(stem.Length, Longest - suffix.Length)] + suffix;
        }

        return name;
    }

    private static string Valid(string wanted)
    {
        var kept = string.Concat(wanted.Take(Longest).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')).TrimStart('.', '-', '_');
        return Name.Parse(kept).TryGet(out var name, out _) ? name : "unnamed";
    }
}
