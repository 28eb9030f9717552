using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary>Stands in every answer of the gateway. Zero values are left out on the wire.</summary>
internal sealed record EtcdHeaderJson
{
    [JsonPropertyName("member_id")]
    public ulong? MemberId { get; init; }

    [JsonPropertyName("raft_term")]
    public long? RaftTerm { get; init; }
}
