using System.Globalization;

namespace ApiLb.Admin.Page;

/// <summary>Everything that one rendering of the page shows. Immutable.</summary>
internal sealed record PageSnapshot
{
    public required DaemonStatus Status { get; init; }

    /// <summary>The host that this balancer runs on: there are two of them, and an operator must know which one answered.</summary>
    public required string Host { get; init; }

    /// <summary>Why <c>/lb/readyz</c> is as it is.</summary>
    public required string Readiness { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<EventStatus> Events { get; init; }

    /// <summary>The last minutes of a backend, or of a listener.</summary>
    public required TrafficHistory History { get; init; }

    /// <summary>By the wall clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>This host's, as in <c>apilb status</c> and in its log.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The time for what happened today, else the date too.</summary>
    public string Moment(DateTimeOffset at, bool hasSeconds = true)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var time = hasSeconds ? "HH:mm:ss" : "HH:mm";
        return local.ToString(local.Date == TimeZoneInfo.ConvertTime(Now, Zone).Date ? time : $"yyyy-MM-dd {time}", CultureInfo.InvariantCulture);
    }

    public string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A moment for people and, in the attribute, for machines.</summary>
    public Html Time(DateTimeOffset at) => Html.Of($"<time datetime=\"{at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\">{Moment(at)}</time>");
}
