using ApiLb.Health;

namespace ApiLb.Backends;

/// <summary>How one health check ended. Immutable.</summary>
/// <param name="Report">What it says about the backend.</param>
/// <param name="Layer">How far it came before it was decided.</param>
/// <param name="StatusCode">The HTTP status, or null when there was none.</param>
/// <param name="Duration">From its start to its verdict.</param>
/// <param name="At">Monotonic time of the verdict.</param>
internal sealed record ProbeResult(HealthReport Report, ProbeLayer Layer, int? StatusCode, TimeSpan Duration, TimeSpan At)
{
    /// <summary>Where it stood still; <see cref="ProbeStage.Ended"/> when it did not.</summary>
    public ProbeStage Stage { get; init; }

    /// <summary>It was decided on a fresh connection, not on the kept one.</summary>
    public bool IsFresh { get; init; }

    /// <summary>The other kernel acknowledged what this check sent; null when that is not known.</summary>
    public bool? IsAcknowledged { get; init; }

    /// <summary>This host's own link on the way there was down when the check ended.</summary>
    public bool IsOwnLinkDown { get; init; }

    /// <summary>Something came from the other host: an answer, a refusal, or at least an acknowledgement.</summary>
    public bool IsHostHeard => IsAcknowledged == true || StatusCode is not null || HasPassed || (
        Report.Evidence == HealthEvidence.Unreachable
        && Report.Cause is not (HealthCause.Unreachable or HealthCause.UnresolvedName or HealthCause.LocalFault));

    /// <summary>Clients got bytes from the backend while the check ran.</summary>
    public bool HasSentMeanwhile { get; init; }

    public bool HasPassed => Report.Evidence == HealthEvidence.Ready;
}
