using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary>One member in <see cref="EtcdMemberListJson"/>.</summary>
internal sealed record EtcdMemberJson
{
    [JsonPropertyName("ID")]
    public ulong? Id { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("isLearner")]
    public bool? IsLearner { get; init; }
}
