using ApiLb.Configuration.Values;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/reload?dryRun=true|false</c>. A client that goes away does not stop a reload.</summary>
internal sealed class ReloadRequest(AdminSources sources)
{
    /// <summary>New backends are checked before old ones leave.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public async ValueTask<AdminAnswer> AnswerAsync(AdminCall call, CancellationToken cancellation)
    {
        var isDry = call.Query.Read("dryRun", Flag.Parse, false);
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        var status = await sources.Reload(isDry).WaitAsync(cancellation);
        return AdminAnswer.Json(status, AdminJsonContext.Default.ReloadStatus);
    }
}
