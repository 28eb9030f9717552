using System.Net;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Tells an apiserver that is starting from one that never lets anonymous clients ask: both answer 403, the first only until it has
/// loaded its RBAC rules. One backend's; pure.
/// </summary>
/// <remarks>
/// In rotation, or never checked before: ready, as the answer proves a living apiserver. Out of rotation it is not ready until the
/// answer has persisted, so that a restarting apiserver does not rise by it. 401 never comes from starting: it always counts as alive.
/// </remarks>
internal sealed class UnauthorizedWatch
{
    /// <summary>So many answers in a row are no accident.</summary>
    public const int Persistent = 3;

    /// <summary>More, when it has been readable before: 10 s at the fast interval, and RBAC takes seconds to load.</summary>
    public const int PersistentAfterPassing = 20;

    private int _streak;
    private bool _hasPassed;

    /// <summary>The last check made it certain that readiness cannot be read: time for the one warning.</summary>
    public bool IsNews { get; private set; }

    /// <summary>Takes in one check.</summary>
    /// <param name="report">As the answer alone has it.</param>
    /// <param name="statusCode">Of the answer; null when there was none.</param>
    /// <param name="status">The backend's before this check.</param>
    /// <returns>The report to go on with.</returns>
    public HealthReport Judge(in HealthReport report, int? statusCode, HealthStatus status)
    {
        IsNews = false;
        if (report.Cause != HealthCause.Unauthorized)
        {
            _streak = 0;
            _hasPassed |= report.Cause == HealthCause.Passed;
            return report;
        }

        _streak = Math.Min(_streak + 1, PersistentAfterPassing + 1);
        var enough = statusCode == (int)HttpStatusCode.Forbidden && _hasPassed ? PersistentAfterPassing : Persistent;
        IsNews = _streak == enough;
        return statusCode == (int)HttpStatusCode.Forbidden && _streak < enough && !IsKept(status)
            ? new HealthReport(HealthEvidence.NotReady, HealthCause.Unauthorized, "HTTP 403: starting, it has not loaded its access rules yet")
            : report;
    }

    private bool IsKept(HealthStatus status) =>
        status is HealthStatus.Ready or HealthStatus.Warming or HealthStatus.Unknown || (status == HealthStatus.Suspect && !_hasPassed);
}
