namespace ApiLb.Kubernetes;

/// <summary>A v1 <c>ConfigMap</c>, of which nothing but its coming and going matters.</summary>
internal sealed record ConfigMap(ObjectMetadata? Metadata) : IResource;
