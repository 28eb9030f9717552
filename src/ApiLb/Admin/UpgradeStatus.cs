namespace ApiLb.Admin;

/// <summary><c>POST /v1/upgrade</c>: what came of it.</summary>
/// <param name="Result"><c>upgraded</c>, or <c>failed</c>: then nothing has changed.</param>
/// <param name="Message">For people, in one line.</param>
internal sealed record UpgradeStatus(string Result, string Message)
{
    public const string Upgraded = "upgraded";
    public const string Failed = "failed";

    /// <summary>The daemon that serves from now on; null when nothing has changed.</summary>
    public int? Pid { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>The daemon that goes, with the connections that it had; null when nothing has changed.</summary>
    public PredecessorStatus? Predecessor { get; init; }

    public static UpgradeStatus Failure(string why) => new(Failed, $"{why.TrimEnd('.')}. Nothing was changed");
}
