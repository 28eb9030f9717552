namespace ApiLb.Admin;

/// <summary>The configuration in <see cref="DaemonStatus"/>.</summary>
/// <param name="LoadedAt">When what runs was read.</param>
/// <param name="LastReloadFailed">The file is not what runs: see the log, or <c>apilb check</c>.</param>
internal sealed record ConfigurationStatus(DateTimeOffset LoadedAt, bool LastReloadFailed);
