using System.Text.Json;

namespace ApiLb.Kubernetes;

/// <summary>One line of a watch as it comes.</summary>
/// <param name="Type"><c>ADDED</c>, <c>MODIFIED</c>, <c>DELETED</c>, <c>BOOKMARK</c> or <c>ERROR</c>.</param>
/// <param name="Object">The object; with <c>ERROR</c> a Status.</param>
internal sealed record WatchMessage(string? Type, JsonElement Object);
