using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary><c>/v3/maintenance/status</c>: the union of 3.4 to 3.6.</summary>
internal sealed record EtcdStatusJson
{
    [JsonPropertyName("header")]
    public EtcdHeaderJson? Header { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("leader")]
    public ulong? Leader { get; init; }

    [JsonPropertyName("isLearner")]
    public bool? IsLearner { get; init; }

    [JsonPropertyName("raftIndex")]
    public long? RaftIndex { get; init; }

    [JsonPropertyName("raftAppliedIndex")]
    public long? RaftAppliedIndex { get; init; }

    [JsonPropertyName("raftTerm")]
    public long? RaftTerm { get; init; }

    [JsonPropertyName("dbSize")]
    public long? DbSize { get; init; }

    [JsonPropertyName("dbSizeInUse")]
    public long? DbSizeInUse { get; init; }

    [JsonPropertyName("dbSizeQuota")]
    public long? DbSizeQuota { get; init; }

    /// <summary><c>etcdserver: no leader</c>, <c>memberID:123 alarm:NOSPACE </c>.</summary>
    [JsonPropertyName("errors")]
    public IReadOnlyList<string?>? Errors { get; init; }
}
