using ApiLb.Health;

namespace ApiLb.Backends;

/// <summary>
/// A check hears one connection; the clients' connections hear more. A host that acknowledges any of them is there, and a
/// process that still sends to any of them lives: an overloaded server must not lose its sessions to a check in its queue.
/// </summary>
internal static class TrafficEvidence
{
    /// <summary>What a check says, in the light of what clients' connections say.</summary>
    public static HealthReport Beside(Backend backend, ProbeResult result)
    {
        var report = result.Report;
        if (report.Evidence == HealthEvidence.HostSilent && backend.Connections.AnyAckWithin(result.Duration))
        {
            report = report with { Evidence = HealthEvidence.ProcessSilent };
        }

        return report.Evidence != HealthEvidence.ProcessSilent ? report
            : result.HasSentMeanwhile ? report with { Evidence = HealthEvidence.ProcessBusy, Detail = $"{report.Detail}, but its connections still get bytes" }
            : report with { SilentFor = result.Duration };
    }
}
