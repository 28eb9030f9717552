using ApiLb.Configuration.Values;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/kill</c>: begins to close what a backend serves.</summary>
internal sealed class KillRequest(AdminSources sources, StatusReader status)
{
    private readonly BackendFinder _finder = new(sources.Pools);

    public AdminAnswer Answer(AdminCall call)
    {
        var name = call.Query.Require("backend");
        var pace = call.Query.ReadOrNull("pace", WholeNumber.Between(1, ModeRequest.FastestPace));
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (!_finder.TryFind(name, out var found, out var refusal))
        {
            return refusal;
        }

        var backend = found.Backend;
        var count = backend.Connections.Count;
        var how = pace is null ? "" : $", {pace} in a second";
        sources.Events.OnOperator(backend, $"kill of {count} connections by {call.By}{how}");
        sources.Kill(backend, pace);
        return AdminAnswer.Json(
            new OrderResult($"closing {count} connections of {backend}{how}; new ones may still come: drain it first to prevent that", null, status.Read(found.Pool, backend)),
            AdminJsonContext.Default.OrderResult);
    }
}
