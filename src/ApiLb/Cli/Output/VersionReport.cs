namespace ApiLb.Cli.Output;

/// <summary>What <c>apilb version</c> says.</summary>
internal sealed record VersionReport(string Version);
