using System.Text;
using ApiLb.Etcd.MetricsPage;

namespace ApiLb.Fuzzing.Targets;

/// <summary>etcd's <c>/metrics</c>: numbers from zero on or nothing, harmless words; and a sample that is appended in order is the one that is read.</summary>
internal sealed class EtcdMetricsTarget : IFuzzTarget
{
    private const string Added = "etcd_server_added_by_the_test";

    public string Name => "etcd-metrics";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """
            # HELP etcd_server_has_leader Whether or not a leader exists. 1 is existence, 0 is not.
            # TYPE etcd_server_has_leader gauge
            etcd_server_has_leader 1
            etcd_server_id{server_id="8e9e05c52164694d"} 1
            etcd_server_is_leader 0
            etcd_server_is_learner 0
            etcd_server_proposals_applied_total 1.234567e+06
            etcd_server_proposals_committed_total 1234568
            etcd_server_quota_backend_bytes 2.147483648e+09
            etcd_server_version{server_version="3.4.23"} 1
            etcd_mvcc_db_total_size_in_bytes 20480
            etcd_mvcc_db_total_size_in_use_in_bytes 16384
            go_goroutines 83

            """,
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "\n", "\r\n", " ", "  ", "{", "}", "\"", "=", ",", "NaN", "+Inf", "-Inf", "1e308", "-1", "9223372036854775807", "9223372036854775808", "1e19", "0x10", "Infinity", "etcd_server_", "etcd_mvcc_db_", "etcd_server_has_leader", "\0", "\u001b", "\ud83d\ude00", "#", " 1 1700000000",
        "{server_id=\"ffffffffffffffffff\"} 1", "{server_version=\"\u001b[2J\"} 1",
    ];

    public void Try(byte[] input)
    {
        var reading = EtcdMetricsReader.Read(MetricsText.Parse(input));
        FuzzFailedException.Unless(
            ((long?[])[reading.RaftIndex, reading.RaftAppliedIndex, reading.DbSize, reading.DbSizeInUse, reading.Quota]).All(n => n is null or >= 0), $"a number below zero: {reading}", input);
        FuzzFailedException.Unless(
            reading.Version is null || (reading.Version.Length <= 240 && !reading.Version.Any(c => char.IsControl(c) || char.IsSurrogate(c))), $"version {reading.Version}", input);
        FuzzFailedException.Unless(reading.LeaderId is 0 || reading.LeaderId == reading.MemberId, "it leads, and somebody else does", input);

        var more = MetricsText.Parse([.. input, .. Encoding.UTF8.GetBytes($"\n{Added}{{label=\"a b\"}} 17\n")]);
        FuzzFailedException.Unless(more.Whole(Added) == 17 && more.Label(Added) == "a b", "the sample at the end is not found", input);
    }
}
