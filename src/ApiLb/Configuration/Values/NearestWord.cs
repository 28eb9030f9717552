namespace ApiLb.Configuration.Values;

/// <summary>Finds the word that the operator probably meant.</summary>
internal static class NearestWord
{
    private const int LongestWord = 40;
    private const int MostCandidates = 20;

    /// <summary><c> (did you mean WORD?)</c>, or nothing when no candidate is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is { } nearest ? $" (did you mean {Quoted.Shorten(nearest)}?)" : "";

    /// <summary>
    /// The candidate that is the same but for case, dashes and underscores (<c>ca_file</c>), or of which one begins
    /// the other (<c>leastconn</c>), or that is at most one edit per three letters away; else null.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        var sought = Plain(word);
        if (sought.Length is 0 or > LongestWord)
        {
            return null;
        }

        var mostEdits = Math.Max(1, sought.Length / 3);
        string? nearest = null;
        foreach (var candidate in candidates.Take(MostCandidates))
        {
            var distance = Distance(sought, Plain(candidate), mostEdits);
            if (distance <= mostEdits)
            {
                nearest = candidate;
                mostEdits = distance - 1;
            }
        }

        return nearest;
    }

    private static string Plain(string word) =>
        word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Distance(string a, string b, int atMost)
    {
        var isBeginning = (a.Length >= 3 && b.StartsWith(a, StringComparison.Ordinal)) || (b.Length >= 4 && a.StartsWith(b, StringComparison.Ordinal));
        if (isBeginning)
        {
            return a.Length == b.Length ? 0 : 1;
        }

        var isHopeless = Math.Abs(a.Length - b.Length) > atMost;
        return isHopeless ? int.MaxValue : EditDistance(a, b);
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int EditDistance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Cheapest(table, a, b, i, j);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Cheapest(int[,] table, string a, string b, int i, int j)
    {
        var replace = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var cheapest = Math.Min(replace, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
        var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return isSwap ? Math.Min(cheapest, table[i - 2, j - 2] + 1) : cheapest;
    }
}
