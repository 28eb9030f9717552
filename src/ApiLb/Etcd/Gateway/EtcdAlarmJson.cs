using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary>One alarm in <see cref="EtcdAlarmListJson"/>.</summary>
internal sealed record EtcdAlarmJson
{
    [JsonPropertyName("memberID")]
    public ulong? MemberId { get; init; }

    /// <summary>A word, or the number of the enum.</summary>
    [JsonPropertyName("alarm")]
    public JsonElement Alarm { get; init; }
}
