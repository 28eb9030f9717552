using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Balancing;

/// <summary>
/// Decides whether a pool is uneven, and what one step would close. Watches live for hours, so without help a backend that
/// was restarted stays empty for as long. Pure.
/// </summary>
internal static class RebalancePlan
{
    /// <summary>From here on a pool counts as uneven.</summary>
    public const double Uneven = 1.25;

    /// <summary>Once begun, it goes on to here, so that it does not begin again at once.</summary>
    public const double Even = 1.1;

    /// <summary>A step closes this part of the surplus, so that clients have come back before the next is measured.</summary>
    private const int PartOfSurplus = 4;
    private const double MostOfBackend = 0.1;
    private const int MostAtOnce = 200;

    /// <returns>The ready backends of a pool; none while a backend is still warming up, when unevenness is wanted.</returns>
    public static IReadOnlyList<BackendLoad> LoadsOf(PoolSnapshot snapshot)
    {
        var backends = snapshot.Backends.Where(b => PoolSnapshot.TierOf(b) == BackendTier.Ready).ToList();
        return backends.Exists(b => b.Health.Current.Status == HealthStatus.Warming)
            ? []
            : backends.ConvertAll(b => new BackendLoad(b, b.Connections.Count, b.Weight));
    }

    /// <param name="loads">The ready backends.</param>
    /// <returns>How many times the mean the fullest has for its weight, 1 when nobody has anything; null when there is nothing to compare.</returns>
    public static double? UnevennessOf(IReadOnlyList<BackendLoad> loads)
    {
        if (loads.Count < 2)
        {
            return null;
        }

        var mean = (double)loads.Sum(l => l.Connections) / loads.Sum(l => l.Weight);
        return mean > 0 ? loads.Max(l => l.PerWeight) / mean : 1;
    }

    /// <param name="loads">The ready backends.</param>
    /// <param name="limit">How uneven is too uneven: <see cref="Uneven"/> to begin, <see cref="Even"/> to go on.</param>
    /// <returns>Null when nothing is to be done, or nothing would help.</returns>
    public static RebalanceStep? Next(IReadOnlyList<BackendLoad> loads, double limit)
    {
        if (UnevennessOf(loads) is not { } unevenness)
        {
            return null;
        }

        var mean = (double)loads.Sum(l => l.Connections) / loads.Sum(l => l.Weight);
        var fullest = loads.MaxBy(l => l.PerWeight);
        var emptiest = loads.MinBy(l => l.PerWeight);

        // One connection more or less is as even as it gets.
        if (unevenness <= limit || fullest.Connections - (emptiest.PerWeight * fullest.Weight) < 2)
        {
            return null;
        }

        var surplus = fullest.Connections - (mean * fullest.Weight);
        var count = Math.Min(Math.Ceiling(surplus / PartOfSurplus), Math.Min(MostAtOnce, Math.Ceiling(fullest.Connections * MostOfBackend)));
        return new RebalanceStep(fullest.Backend, Math.Max(1, (int)count), unevenness);
    }
}
