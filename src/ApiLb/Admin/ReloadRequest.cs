using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/reload?dryRun=true|false</c>. A client that goes away does not stop a reload.</summary>
/// <param name="reload">Reloads, or only tells what that would do when its argument is true.</param>
internal sealed class ReloadRequest(Func<bool, Task<ReloadStatus>> reload)
{
    /// <summary>New backends are checked before old ones leave.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public async ValueTask<AdminAnswer> AnswerAsync(IQueryCollection query, CancellationToken cancellation)
    {
        if (query["dryRun"].ToString() is not ("true" or "false" or ""))
        {
            return AdminAnswer.Refused("dryRun is true or false");
        }

        var status = await reload(query["dryRun"] == "true").WaitAsync(cancellation);
        return AdminAnswer.Json(status, AdminJsonContext.Default.ReloadStatus);
    }
}
