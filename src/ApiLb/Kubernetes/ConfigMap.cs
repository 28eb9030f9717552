namespace ApiLb.Kubernetes;

/// <summary><c>v1 ConfigMap</c>: texts by key.</summary>
internal sealed record ConfigMap(ObjectMetadata? Metadata, IReadOnlyDictionary<string, string>? Data) : IResource;
