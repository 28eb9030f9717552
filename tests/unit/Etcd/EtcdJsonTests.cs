using System.Text;
using ApiLb.Etcd;
using ApiLb.Etcd.Gateway;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdJsonTests
{
    // As etcd 3.4.23 wrote it.
    private const string Status = """
        {"header":{"cluster_id":"1573078502112269853","member_id":"14964252317045914450","revision":"1","raft_term":"2"},
        "version":"3.4.23","dbSize":"20480","leader":"14964252317045914450","raftIndex":"8","raftTerm":"2","raftAppliedIndex":"7",
        "errors":["memberID:14964252317045914450 alarm:NOSPACE ","alarm:CORRUPT ","etcdserver: no leader"],"dbSizeInUse":"16384"}
        """;

    [Fact]
    public void StatusOf34_IsRead()
    {
        var reading = EtcdJson.ParseStatus(Encoding.UTF8.GetBytes(Status))!;

        Assert.Equal((14964252317045914450ul, 14964252317045914450ul, true, false, "3.4.23"), (reading.MemberId, reading.LeaderId, reading.HasLeader, reading.IsLearner, reading.Version));
        Assert.Equal((2L, 8L, 7L, 20480L, 16384L, null), (reading.RaftTerm, reading.RaftIndex, reading.RaftAppliedIndex, reading.DbSize, reading.DbSizeInUse, reading.Quota));
        Assert.Equal([new EtcdAlarm(14964252317045914450, EtcdAlarmKind.NoSpace), new EtcdAlarm(0, EtcdAlarmKind.Corrupt)], reading.Alarms);
    }

    [Theory]
    [InlineData("""{"header":{"member_id":1},"leader":1,"dbSizeQuota":"5","isLearner":true}""", "1 1 True 5 True")]
    [InlineData("""{"header":{"member_id":"1"},"leader":"0"}""", "1 0 False  False")]
    [InlineData("""{"header":{}}""", "0 0 False  False")]
    [InlineData("""{"header":{"x":[1,{}]},"leader":null,"isLearner":null,"errors":null,"storageVersion":"3.6.0","downgradeInfo":{"enabled":false}}""", "0 0 False  False")]
    [InlineData("""{"header":{},"errors":[null,"alarm:","memberID:99999999999999999999 alarm:NONE "]}""", "0 0 False  False")]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    [InlineData("<html>", null)]
    [InlineData("""{"header":{},"leader":-1}""", null)]
    [InlineData("""{"header":{},"leader":"many"}""", null)]
    [InlineData("""{"header":{},"dbSize":1e99}""", null)]
    [InlineData("""{"header":{},"version":"\ud800"}""", null)]
    public void OddStatus_IsReadOrRefused(string json, string? expected) =>
        Assert.Equal(expected, EtcdJson.ParseStatus(Encoding.UTF8.GetBytes(json)) is { } r ? $"{r.MemberId} {r.LeaderId} {r.HasLeader} {r.Quota} {r.IsLearner}" : null);

    [Theory]
    [InlineData("""{"members":[{"ID":"1","name":"a"},{"ID":2,"isLearner":true},{"ID":"1"},{},null]}""", "1:a:False 2::True")]
    [InlineData("""{"members":[{"ID":"1","name":"a\u001b[31m"}]}""", "1:a?[31m:False")]
    [InlineData("""{"members":[]}""", null)]
    [InlineData("{}", null)]
    public void Members_AreRead(string json, string? expected) =>
        Assert.Equal(expected, EtcdJson.ParseMembers(Encoding.UTF8.GetBytes(json)) is { } list ? string.Join(' ', list.Select(m => $"{m.Id}:{m.Name}:{m.IsLearner}")) : null);

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"alarms":[{"memberID":"7","alarm":"NOSPACE"},{"alarm":"CORRUPT"}]}""", "7:NoSpace 0:Corrupt")]
    [InlineData("""{"alarms":[{"memberID":7,"alarm":2},{"memberID":7,"alarm":1},{"memberID":7,"alarm":1}]}""", "7:Corrupt 7:NoSpace")]
    [InlineData("""{"alarms":[{"memberID":"7","alarm":"NEWALARM"},{"memberID":"7"},{"alarm":{}},null]}""", "")]
    [InlineData("""{"alarms":{}}""", null)]
    public void Alarms_AreRead(string json, string? expected) =>
        Assert.Equal(expected, EtcdJson.ParseAlarms(Encoding.UTF8.GetBytes(json)) is { } list ? string.Join(' ', list.Select(a => $"{a.MemberId}:{a.Kind}")) : null);

    [Fact]
    public void AnyBytes_AreReadOrRefused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            _ = EtcdJson.ParseStatus(bytes);
            _ = EtcdJson.ParseMembers(bytes);
            _ = EtcdJson.ParseAlarms(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyDamageToAStatus_IsReadOrRefused() =>
        Prop.ForAll(Gen.Choose(0, Status.Length - 1).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (at, value) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Status);
            bytes[at] = (byte)value;
            _ = EtcdJson.ParseStatus(bytes);
            _ = EtcdJson.ParseStatus(bytes.AsSpan(0, at));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
