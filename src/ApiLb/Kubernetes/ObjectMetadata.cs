namespace ApiLb.Kubernetes;

/// <summary>What is the same in every object.</summary>
internal sealed record ObjectMetadata(string? Name, string? ResourceVersion, IReadOnlyDictionary<string, string?>? Labels = null);
