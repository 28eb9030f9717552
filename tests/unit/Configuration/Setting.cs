namespace ApiLb.UnitTests.Configuration;

/// <summary>One key of the file: <c>pools.NAME.health.fall</c>, and its default as the file would write it (null: none).</summary>
internal sealed record Setting(string Path, string? Default);
