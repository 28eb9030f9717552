using System.Globalization;
using ApiLb.Configuration.Values;

namespace ApiLb.Admin;

/// <summary>Answers <c>GET /v1/events</c>: what happened lately, the oldest first.</summary>
internal sealed class EventsRequest(BackendExplainer explainer)
{
    private const int MostKept = 1_000;

    public AdminAnswer Answer(AdminCall call)
    {
        var after = call.Query.Read("after", Id, 0L);
        var limit = call.Query.Read("limit", WholeNumber.Between(1, MostKept), MostKept);
        return call.Query.Problem is { } problem
            ? AdminAnswer.Refused(problem)
            : AdminAnswer.Json<IReadOnlyList<EventStatus>>(
                [.. explainer.Events().Where(e => e.Id > after).TakeLast(limit)], AdminJsonContext.Default.IReadOnlyListEventStatus);
    }

    private static Parsed<long> Id(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? Parsed<long>.Of(id)
        : Parsed<long>.Failed($"{Quoted.Of(text)} is no event's id");
}
