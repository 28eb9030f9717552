using System.Globalization;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>How new connections fared.</summary>
/// <param name="Served">How many got their answer.</param>
/// <param name="Failures">Why the others did not.</param>
/// <param name="MostAtOnce">How many were under way at the same time at most.</param>
/// <param name="LongestGap">The longest time in which none was served, though one is opened every 50 ms.</param>
/// <param name="Lateness">By how much the opening itself was late at worst: the machine is busy, and times say little.</param>
internal sealed record GapReport(int Served, IReadOnlyList<string> Failures, int MostAtOnce, TimeSpan LongestGap, TimeSpan Lateness)
{
    /// <summary>Of the failures, those which a host had accepted: they broke.</summary>
    public IEnumerable<string> Broken => Failures.Where(failure => failure.StartsWith(nameof(IOException), StringComparison.Ordinal));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Served} served, {Failures.Count} failed, longest gap {LongestGap.TotalSeconds:F2} s, opened at most {Lateness.TotalMilliseconds:F0} ms late")
        + string.Concat(Failures.CountBy(failure => failure).Select(failure => $"\n    {failure.Value} x {failure.Key}"));
}
