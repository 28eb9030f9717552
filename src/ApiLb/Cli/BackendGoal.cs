using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary>What somebody waits for a backend to become.</summary>
/// <param name="Description">After its name: <c>has no connection left</c>.</param>
/// <param name="IsReached">Whether it has.</param>
/// <param name="Left">What is left until then, for people.</param>
internal sealed record BackendGoal(string Description, Predicate<BackendStatus> IsReached, Func<BackendStatus, string> Left)
{
    /// <summary>It may be taken down.</summary>
    public static BackendGoal Empty { get; } = new(
        "has no connection left", b => b.Active == 0, b => $"{ShortText.Count(b.Active)} {(b.Active == 1 ? "connection" : "connections")} left");

    /// <summary>It serves.</summary>
    public static BackendGoal Serving { get; } = new(
        "takes new connections", b => b is { Mode: "ready", Status: "ready" or "warming" }, b => $"{b.Status.Replace('_', ' ')}: {b.Detail}");
}
