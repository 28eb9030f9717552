using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary><c>/v3/cluster/member/list</c>.</summary>
internal sealed record EtcdMemberListJson
{
    [JsonPropertyName("members")]
    public IReadOnlyList<EtcdMemberJson?>? Members { get; init; }
}
