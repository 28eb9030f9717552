using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>How a check ended, in HAProxy's words (its management guide, 9.1, <c>check_status</c>) and numbers (types/check-t.h).</summary>
/// <param name="Name">Such as <c>L7OK</c>.</param>
/// <param name="Number">As <c>show servers state</c> has it.</param>
/// <param name="Description">For people.</param>
internal sealed record CheckWord(string Name, int Number, string Description)
{
    public static readonly IReadOnlyList<CheckWord> All =
    [
        new("L4OK", 6, "Layer4 check passed"),
        new("L4TOUT", 7, "Layer4 timeout"),
        new("L4CON", 8, "Layer4 connection problem"),
        new("L6OK", 9, "Layer6 check passed"),
        new("L6TOUT", 10, "Layer6 timeout"),
        new("L6RSP", 11, "Layer6 invalid response"),
        new("L7TOUT", 12, "Layer7 timeout"),
        new("L7RSP", 13, "Layer7 invalid response"),
        new("L7OK", 15, "Layer7 check passed"),
        new("L7STS", 17, "Layer7 wrong status"),
    ];

    private static readonly HealthCause[] Timeouts =
        [HealthCause.ConnectTimeout, HealthCause.Unacknowledged, HealthCause.FirstByteTimeout, HealthCause.ResponseTimeout];

    public static CheckWord Of(ProbeResult probe)
    {
        var isTimeout = Timeouts.Contains(probe.Report.Cause) || probe.Stage != ProbeStage.Ended;
        var outcome = probe.HasPassed ? "OK"
            : isTimeout ? "TOUT"
            : probe.Layer == ProbeLayer.L4 ? "CON"
            : probe is { Layer: ProbeLayer.L7, StatusCode: not null } ? "STS"
            : "RSP";
        return All.First(w => w.Name == probe.Layer + outcome);
    }
}
