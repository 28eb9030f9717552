namespace ApiLb.Kubernetes;

/// <summary>A <c>Status</c> of the API: how it says that something went wrong.</summary>
internal sealed record ApiStatus(string? Message, int? Code);
