using System.Numerics;

namespace ApiLb.Admission;

/// <summary>Ranges of numbers, sorted and merged, so that a look-up is one binary search. Immutable.</summary>
internal sealed class RangeSet<T>
    where T : struct, IUnsignedNumber<T>, IMinMaxValue<T>, IComparisonOperators<T, T, bool>, IComparable<T>
{
    private readonly T[] _firsts;
    private readonly T[] _lasts;

    /// <param name="ranges">Both ends belong to a range; ranges may overlap.</param>
    public RangeSet(IEnumerable<(T First, T Last)> ranges)
    {
        var merged = new List<(T First, T Last)>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, range.Last > merged[^1].Last ? range.Last : merged[^1].Last);
            }
            else
            {
                merged.Add(range);
            }
        }

        _firsts = [.. merged.Select(r => r.First)];
        _lasts = [.. merged.Select(r => r.Last)];
    }

    public bool Contains(T number)
    {
        var at = Array.BinarySearch(_firsts, number);
        var candidate = at >= 0 ? at : ~at - 1;
        return candidate >= 0 && number <= _lasts[candidate];
    }
}
