namespace ApiLb.Kubernetes;

/// <summary><c>v1 ConfigMap</c>: texts by key.</summary>
internal sealed record ConfigMap(IReadOnlyDictionary<string, string>? Data);
