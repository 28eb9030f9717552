namespace ApiLb.Kubernetes;

/// <summary>One change.</summary>
/// <param name="Object">As it is now, or was when it was deleted; of a bookmark only the version.</param>
/// <param name="IsBookmark">Nothing changed: only the version from which a later watch can go on.</param>
/// <param name="IsDeleted">The object is gone.</param>
internal sealed record WatchEvent<T>(T Object, bool IsBookmark, bool IsDeleted)
    where T : class, IResource;
