using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>The state of a backend in HAProxy's words: <c>status</c> of <c>show stat</c>.</summary>
internal static class ServerWord
{
    public const string Up = "UP";
    public const string Down = "DOWN";
    public const string Stopping = "NOLB";
    public const string Maintenance = "MAINT";
    public const string Drained = "DRAIN";

    public static readonly IReadOnlyList<string> All = [Down, Up, Maintenance, Drained, Stopping];

    /// <summary>The operator's word comes first; a backend that was not checked yet is up, as in HAProxy.</summary>
    public static string Of(Backend backend) => backend.Mode switch
    {
        OperatorMode.Maint => Maintenance,
        OperatorMode.Drain => Drained,
        _ => backend.Health.Current.Status switch
        {
            HealthStatus.Dead or HealthStatus.NotReady => Down,
            HealthStatus.Draining => Stopping,
            _ => Up,
        },
    };
}
