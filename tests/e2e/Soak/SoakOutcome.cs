using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What a soak has shown.</summary>
/// <param name="Plan">How long, and with what.</param>
/// <param name="Before">At rest before the load.</param>
/// <param name="After">At rest after it.</param>
/// <param name="Figures">What clients saw.</param>
/// <param name="LateMilliseconds">By how much a sample was late at worst: the machine's doing.</param>
/// <param name="Metrics">The daemon's, at the end.</param>
internal sealed record SoakOutcome(SoakPlan Plan, RestingState Before, RestingState After, SoakFigures Figures, double LateMilliseconds, string Metrics)
{
    /// <summary>Connections that ended for this reason, over all backends and listeners.</summary>
    public int Closed(string reason) =>
        (int)(MetricsText.Value(Metrics, "apilb_backend_closes_total", $"reason=\"{reason}\"") + MetricsText.Value(Metrics, "apilb_listener_connections_total", $"result=\"{reason}\""));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        soak of {Plan.Duration.TotalMinutes:F0} minutes
        {Figures}
          before: {Before}
          after:  {After}
          samples at most {LateMilliseconds:F0} ms late
        """);
}
