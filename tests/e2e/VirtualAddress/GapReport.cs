using System.Globalization;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>How new connections fared.</summary>
/// <param name="Served">How many got their answer.</param>
/// <param name="Failures">Why the others did not.</param>
/// <param name="LongestGap">The longest time in which none was served, though one is opened every 50 ms.</param>
/// <param name="Lateness">By how much the opening itself was late at worst: the machine is busy, and times say little.</param>
internal sealed record GapReport(int Served, IReadOnlyList<string> Failures, TimeSpan LongestGap, TimeSpan Lateness)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Served} served, {Failures.Count} failed, longest gap {LongestGap.TotalSeconds:F2} s, opened at most {Lateness.TotalMilliseconds:F0} ms late")
        + string.Concat(Failures.CountBy(failure => failure).Select(failure => $"\n    {failure.Value} x {failure.Key}"));
}
