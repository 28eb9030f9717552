using System.Text.Json.Serialization.Metadata;

namespace ApiLb.Kubernetes;

/// <summary>Which objects to list and watch.</summary>
/// <param name="Path">Such as <c>/api/v1/nodes</c>.</param>
/// <param name="Selector">A query parameter, escaped.</param>
/// <param name="ListType">How the answer is read.</param>
/// <param name="ItemType">How one object of it is read.</param>
internal sealed record ResourceQuery<T>(string Path, string Selector, JsonTypeInfo<ResourceList<T>> ListType, JsonTypeInfo<T> ItemType)
    where T : class, IResource
{
    public string ListPath(int limit, string next) =>
        $"{Path}?{Selector}&limit={limit}" + (next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next));

    public string WatchPath(string resourceVersion, int seconds) =>
        $"{Path}?{Selector}&watch=1&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={Uri.EscapeDataString(resourceVersion)}";
}
