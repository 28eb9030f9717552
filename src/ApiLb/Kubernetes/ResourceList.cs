namespace ApiLb.Kubernetes;

/// <summary>The answer to a list request, or one page of it.</summary>
internal sealed record ResourceList<T>(ResourceList<T>.ListMetadata? Metadata, IReadOnlyList<T>? Items)
    where T : class, IResource
{
    /// <param name="ResourceVersion">From where a watch goes on.</param>
    /// <param name="Continue">Not empty: there are more pages, and this asks for the next.</param>
    internal sealed record ListMetadata(string? ResourceVersion, string? Continue);
}
