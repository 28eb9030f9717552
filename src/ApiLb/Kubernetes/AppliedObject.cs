namespace ApiLb.Kubernetes;

/// <summary>Any object, of which nothing but its existence matters.</summary>
internal sealed record AppliedObject(ObjectMetadata? Metadata);
