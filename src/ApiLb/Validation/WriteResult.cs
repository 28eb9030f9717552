namespace ApiLb.Validation;

/// <summary>An object's way through the cluster and back.</summary>
/// <param name="Namespace">Which was made for it; null: it could not be made.</param>
/// <param name="CreateMilliseconds">From the request to its answer.</param>
/// <param name="SeenMilliseconds">From the request to the watch's event.</param>
/// <param name="DeleteSeenMilliseconds">From the request to delete it to the watch's event.</param>
/// <param name="Failure">What went wrong; null: nothing.</param>
internal sealed record WriteResult(
    string? Namespace, double? CreateMilliseconds, double? SeenMilliseconds, double? DeleteSeenMilliseconds, string? Failure);
