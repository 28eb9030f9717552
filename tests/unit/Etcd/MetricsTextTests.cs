using System.Text;
using ApiLb.Etcd.MetricsPage;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class MetricsTextTests
{
    // As etcd 3.4.23 writes it.
    private const string Page = """
        # HELP etcd_server_has_leader Whether or not a leader exists. 1 is existence, 0 is not.
        # TYPE etcd_server_has_leader gauge
        etcd_server_has_leader 1
        etcd_server_id{server_id="cfabb432c6d67b52"} 1
        etcd_server_is_leader 1
        etcd_server_is_learner 0
        etcd_server_proposals_applied_total 8
        etcd_server_proposals_committed_total 9
        etcd_server_quota_backend_bytes 2.147483648e+09
        etcd_server_version{server_version="3.4.23"} 1
        etcd_mvcc_db_total_size_in_bytes 20480
        etcd_mvcc_db_total_size_in_use_in_bytes 16384
        go_goroutines 91

        """;

    [Fact]
    public void PageOf34_IsRead()
    {
        var reading = EtcdMetricsReader.Read(MetricsText.Parse(Encoding.UTF8.GetBytes(Page)));

        Assert.Equal((0xcfabb432c6d67b52, 0xcfabb432c6d67b52, true, false, "3.4.23"), (reading.MemberId, reading.LeaderId, reading.HasLeader, reading.IsLearner, reading.Version));
        Assert.Equal((9L, 8L, 20480L, 16384L, 2147483648L), (reading.RaftIndex, reading.RaftAppliedIndex, reading.DbSize, reading.DbSizeInUse, reading.Quota));
    }

    [Theory]
    [InlineData("etcd_server_x 1", 1L)]
    [InlineData("etcd_server_x{a=\"b c}\"} 1", 1L)]
    [InlineData("etcd_server_x 1\r\n", 1L)]
    [InlineData("etcd_server_x 1\netcd_server_x 2", 1L)]
    [InlineData("etcd_server_x -1", null)]
    [InlineData("etcd_server_x NaN", null)]
    [InlineData("etcd_server_x +Inf", null)]
    [InlineData("etcd_server_x 1e300", null)]
    [InlineData("etcd_server_x", null)]
    [InlineData("etcd_server_x ", null)]
    [InlineData("etcd_server_x one", null)]
    [InlineData("etcd_server_x 1z", null)]
    [InlineData("etcd_server_xx 1", null)]
    public void Sample_IsAWholeNumberOrNothing(string text, long? expected) =>
        Assert.Equal(expected, MetricsText.Parse(Encoding.UTF8.GetBytes(text)).Whole("etcd_server_x"));

    [Fact]
    public void AnyBytes_AreReadOrSkipped() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            _ = EtcdMetricsReader.Read(MetricsText.Parse([.. "etcd_server_id"u8, .. bytes]));
        }).QuickCheckThrowOnFailure();
}
