namespace ApiLb.Kubernetes;

/// <summary>An object of the API.</summary>
internal interface IResource
{
    ObjectMetadata? Metadata { get; }
}
