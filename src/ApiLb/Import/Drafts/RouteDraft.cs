namespace ApiLb.Import.Drafts;

/// <summary>Server names and the pool that serves them.</summary>
internal sealed record RouteDraft(IReadOnlyList<string> ServerNames, string Pool, int Line);
