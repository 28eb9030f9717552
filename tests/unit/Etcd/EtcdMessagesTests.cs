using ApiLb.Etcd;
using ApiLb.Etcd.Grpc;
using Etcdserverpb;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdMessagesTests
{
    private const ulong Id = 14964252317045914450;

    // As etcd 3.4.23 sends it.
    private static readonly StatusResponse Status = new()
    {
        Header = new ResponseHeader { ClusterId = 1573078502112269853, MemberId = Id, Revision = 1, RaftTerm = 2 },
        Version = "3.4.23",
        DbSize = 20480,
        Leader = Id,
        RaftIndex = 8,
        RaftTerm = 2,
        RaftAppliedIndex = 7,
        Errors = { $"memberID:{Id} alarm:NOSPACE ", "alarm:CORRUPT ", "etcdserver: no leader" },
        DbSizeInUse = 16384,
    };

    [Fact]
    public void StatusOf34_IsRead()
    {
        var reading = EtcdMessages.Read(Status)!;

        Assert.Equal((14964252317045914450ul, 14964252317045914450ul, true, false, "3.4.23"), (reading.MemberId, reading.LeaderId, reading.HasLeader, reading.IsLearner, reading.Version));
        Assert.Equal((2L, 8L, 7L, 20480L, 16384L, null), (reading.RaftTerm, reading.RaftIndex, reading.RaftAppliedIndex, reading.DbSize, reading.DbSizeInUse, reading.Quota));
        Assert.Equal([new EtcdAlarm(14964252317045914450, EtcdAlarmKind.NoSpace), new EtcdAlarm(0, EtcdAlarmKind.Corrupt)], reading.Alarms);
    }

    [Fact]
    public void StatusOf36_TellsQuotaAndLearner()
    {
        var reading = EtcdMessages.Read(new StatusResponse { Header = new ResponseHeader { MemberId = 1 }, Leader = 1, DbSizeQuota = 5, IsLearner = true })!;

        Assert.Equal((1ul, 1ul, true, 5L, true), (reading.MemberId, reading.LeaderId, reading.HasLeader, reading.Quota, reading.IsLearner));
    }

    [Fact]
    public void EmptyStatus_TellsNothing()
    {
        var reading = EtcdMessages.Read(new StatusResponse { Header = new ResponseHeader(), Errors = { "alarm:", "memberID:99999999999999999999 alarm:NONE " } })!;

        Assert.Equal((0ul, 0ul, false, null, null), (reading.MemberId, reading.LeaderId, reading.HasLeader, reading.Version, reading.DbSize));
        Assert.Equal((null, null, null, null), (reading.RaftTerm, reading.RaftIndex, reading.RaftAppliedIndex, reading.Quota));
        Assert.Equal("it sees no leader", reading.Detail);
        Assert.Empty(reading.Alarms);
    }

    [Fact]
    public void WithoutHeader_ItIsNoStatus() => Assert.Null(EtcdMessages.Read(new StatusResponse { Leader = 1 }));

    [Fact]
    public void NumbersThatCannotBe_AreUnknown()
    {
        var reading = EtcdMessages.Read(new StatusResponse { Header = new ResponseHeader(), RaftIndex = ulong.MaxValue, DbSize = -1 })!;

        Assert.Equal((null, null), (reading.RaftIndex, reading.DbSize));
    }

    [Fact]
    public void Members_AreRead()
    {
        var list = new MemberListResponse { Members = { NewMember(1, "a\u001b[31m"), NewMember(2, "", isLearner: true), NewMember(1, "again"), NewMember(0, "") } };

        Assert.Equal("1:a?[31m:False 2::True", string.Join(' ', EtcdMessages.Read(list)!.Select(m => $"{m.Id}:{m.Name}:{m.IsLearner}")));
        Assert.Null(EtcdMessages.Read(new MemberListResponse()));
    }

    [Fact]
    public void Alarms_AreRead()
    {
        var list = new AlarmResponse { Alarms = { NewAlarm(7, 2), NewAlarm(7, 1), NewAlarm(7, 1), NewAlarm(7, 0), NewAlarm(7, 9), NewAlarm(0, 2) } };

        Assert.Equal("7:Corrupt 7:NoSpace 0:Corrupt", string.Join(' ', EtcdMessages.Read(list).Select(a => $"{a.MemberId}:{a.Kind}")));
        Assert.Empty(EtcdMessages.Read(new AlarmResponse()));
    }

    [Fact]
    public void AnyDamageToAStatus_IsReadOrRefused() =>
        Prop.ForAll(Gen.Choose(0, Status.CalculateSize() - 1).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (at, value) =>
        {
            var bytes = Status.ToByteArray();
            bytes[at] = (byte)value;
            ReadOrRefuse(bytes);
            ReadOrRefuse(bytes[..at]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            _ = EtcdMessages.Read(StatusResponse.Parser.ParseFrom(bytes));
            _ = EtcdMessages.Read(MemberListResponse.Parser.ParseFrom(bytes));
            _ = EtcdMessages.Read(AlarmResponse.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            // Refused by the library.
        }
    }

    private static Member NewMember(ulong id, string name, bool isLearner = false) => new() { ID = id, Name = name, IsLearner = isLearner };

    private static AlarmMember NewAlarm(ulong member, int alarm) => new() { MemberID = member, Alarm = (AlarmType)alarm };
}
