using ApiLb.Configuration.Values;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>
/// Answers <c>POST /v1/upgrade</c>. Which program runs with the daemon's rights is for root and the daemon's own user to say:
/// operators may only have the file started that this daemon was started from.
/// </summary>
internal sealed class UpgradeRequest(AdminSources sources, OperatorPermission permission)
{
    /// <summary>Longer than the longest timeout.</summary>
    public static readonly TimeSpan Deadline = UpgradeOrder.LongestTimeout + TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public async ValueTask<AdminAnswer> AnswerAsync(AdminCall call, CancellationToken cancellation)
    {
        var order = new UpgradeOrder(
            call.Query.ReadOrNothing("binary", FilePath.Parse),
            call.Query.Read("deadline", Duration.ZeroOrBetween(Shortest, UpgradeOrder.LongestDeadline, "closed at once"), UpgradeOrder.DefaultDeadline),
            call.Query.Read("timeout", Duration.Between(Shortest, UpgradeOrder.LongestTimeout), UpgradeOrder.DefaultTimeout));
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (order.Binary is not null && permission.RefusalOfOther(call.Peer) is { } why)
        {
            return AdminAnswer.Refused($"binary: {why}", StatusCodes.Status403Forbidden);
        }

        // A client that goes away does not stop it.
        var status = await sources.Upgrade(order).WaitAsync(cancellation);
        return AdminAnswer.Json(status, AdminJsonContext.Default.UpgradeStatus);
    }
}
