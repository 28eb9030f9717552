using ApiLb.Backends;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>Why a source could not tell its members.</summary>
/// <param name="Result">For the counters.</param>
/// <param name="Reason">For the log.</param>
internal sealed record DiscoveryFailure(DiscoveryResult Result, string Reason)
{
    public static DiscoveryFailure Of(KubernetesFailure failure) => new(ResultOf(failure.Kind), failure.Detail);

    private static DiscoveryResult ResultOf(KubernetesFailureKind kind) => kind switch
    {
        KubernetesFailureKind.Configuration => DiscoveryResult.FailedConfiguration,
        KubernetesFailureKind.Unreachable => DiscoveryResult.FailedUnreachable,
        KubernetesFailureKind.Untrusted => DiscoveryResult.FailedUntrusted,
        KubernetesFailureKind.Unauthorized => DiscoveryResult.FailedUnauthorized,
        KubernetesFailureKind.Forbidden => DiscoveryResult.FailedForbidden,
        KubernetesFailureKind.Malformed => DiscoveryResult.FailedMalformed,
        KubernetesFailureKind.TimedOut => DiscoveryResult.FailedTimeout,
        _ => DiscoveryResult.FailedStatus,
    };
}
