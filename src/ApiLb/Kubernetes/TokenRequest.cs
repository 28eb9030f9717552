namespace ApiLb.Kubernetes;

/// <summary><c>authentication.k8s.io/v1 TokenRequest</c>: a token for a service account, for some time.</summary>
internal sealed record TokenRequest(string ApiVersion, string Kind, TokenRequest.RequestSpec Spec, TokenRequest.RequestStatus? Status)
{
    public static TokenRequest For(TimeSpan duration) =>
        new("authentication.k8s.io/v1", "TokenRequest", new RequestSpec((long)duration.TotalSeconds), null);

    internal sealed record RequestSpec(long ExpirationSeconds);

    internal sealed record RequestStatus(string? Token, DateTimeOffset? ExpirationTimestamp);
}
