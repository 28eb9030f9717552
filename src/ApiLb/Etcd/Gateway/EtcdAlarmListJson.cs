using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary><c>/v3/maintenance/alarm</c>.</summary>
internal sealed record EtcdAlarmListJson
{
    [JsonPropertyName("alarms")]
    public IReadOnlyList<EtcdAlarmJson?>? Alarms { get; init; }
}
