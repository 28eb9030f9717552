using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>What a prober concludes from one check; <see cref="ProbeLoop"/> adds the times and makes it a result.</summary>
/// <param name="Report">What it says about the backend.</param>
/// <param name="Layer">How far the check came before it was decided.</param>
/// <param name="StatusCode">The HTTP status, or null when there was none.</param>
internal readonly record struct ProbeVerdict(HealthReport Report, ProbeLayer Layer, int? StatusCode = null)
{
    /// <inheritdoc cref="ProbeResult.Stage"/>
    public ProbeStage Stage { get; init; }

    /// <inheritdoc cref="ProbeResult.IsFresh"/>
    public bool IsFresh { get; init; }

    /// <inheritdoc cref="ProbeResult.IsAcknowledged"/>
    public bool? IsAcknowledged { get; init; }

    /// <summary>False when the check failed for want of something of ours: no evidence for or against the backend.</summary>
    public bool IsEvidence => Report.Cause != HealthCause.LocalFault;

    public static ProbeVerdict Passed(ProbeLayer layer, string detail) =>
        new(new HealthReport(HealthEvidence.Ready, HealthCause.Passed, detail), layer);

    public static ProbeVerdict Unreachable(ProbeLayer layer, HealthCause cause, string detail) =>
        new(new HealthReport(HealthEvidence.Unreachable, cause, ProbeText.Clean(detail)), layer);

    /// <summary>The host took the connection, and then nothing came in time.</summary>
    public static ProbeVerdict Silent(ProbeLayer layer, string detail) =>
        new(new HealthReport(HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, detail), layer)
        {
            Stage = StageOf(layer),
            IsAcknowledged = true,
        };

    /// <summary>The other host acknowledges nothing.</summary>
    public static ProbeVerdict Unacknowledged(ProbeLayer layer, string detail) =>
        new(new HealthReport(HealthEvidence.HostSilent, HealthCause.Unacknowledged, detail), layer)
        {
            Stage = StageOf(layer),
            IsAcknowledged = false,
        };

    /// <summary>It answers, and must not get new connections.</summary>
    public static ProbeVerdict NotReady(HealthCause cause, string detail, int? statusCode = null) =>
        new(new HealthReport(HealthEvidence.NotReady, cause, detail), ProbeLayer.L7, statusCode);

    public static ProbeVerdict LocalFault(ProbeLayer layer, string detail) =>
        new(new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.LocalFault, ProbeText.Clean(detail)), layer);

    private static ProbeStage StageOf(ProbeLayer layer) => layer switch
    {
        ProbeLayer.L4 => ProbeStage.TcpHandshake,
        ProbeLayer.L6 => ProbeStage.TlsHandshake,
        _ => ProbeStage.Request,
    };
}
