using ApiLb.Etcd.Grpc;
using Etcdserverpb;
using Google.Protobuf;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// etcd's messages, as protobuf. Bytes that are none are refused with the library's one exception; what can be read is harmless, and what is
/// written from it again is read alike. One text is read as each of the three messages.
/// </summary>
internal sealed class EtcdMessageTarget : IFuzzTarget
{
    public string Name => "etcd-message";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        new StatusResponse
        {
            Header = new ResponseHeader { ClusterId = 1, MemberId = 0x8e9e05c52164694d, RaftTerm = 7, Revision = 12 },
            Version = "3.5.9", DbSize = 20480, DbSizeInUse = 16384, Leader = 2, RaftIndex = 1000, RaftAppliedIndex = 999, RaftTerm = 7, IsLearner = true,
            Errors = { "memberID:10276657743932975437 alarm:NOSPACE", "etcdserver: no leader" },
        }.ToByteArray(),
        new MemberListResponse
        {
            Header = new ResponseHeader { MemberId = 1 },
            Members = { new Member { ID = 1, Name = "e1", PeerURLs = { "https://10.0.0.11:2380" }, ClientURLs = { "https://10.0.0.11:2379" } }, new Member { ID = 2, Name = "e2", IsLearner = true } },
        }.ToByteArray(),
        new AlarmResponse { Header = new ResponseHeader { MemberId = 1 }, Alarms = { new AlarmMember { MemberID = 3, Alarm = AlarmType.Corrupt } } }.ToByteArray(),
    ];

    public IReadOnlyList<string> Fragments { get; } =
        ["\u0001", "\n", "\u0012", "\u001a", "*", "2", "alarm:NOSPACE", "memberID:18446744073709551616 alarm:CORRUPT", "alarm:", "\u001b[2J", "\ud83d\ude00", "\0", "\u007f", "\b\u0001", "ffff", "\u000b", "\u000c"];

    public void Try(byte[] input)
    {
        if (Parse(StatusResponse.Parser, input) is { } status)
        {
            var reading = EtcdMessages.Read(status);
            FuzzFailedException.Unless(reading is null == status.Header is null, "a status without header, or the reverse", input);
            FuzzFailedException.Unless(
                reading is null || ((long?[])[reading.RaftIndex, reading.RaftAppliedIndex, reading.RaftTerm, reading.DbSize, reading.DbSizeInUse, reading.Quota]).All(n => n is null or > 0), $"a number below one: {reading}", input);
            CheckWords(reading?.Version ?? "", input);
            CheckWords(reading?.Detail ?? "", input);
        }

        foreach (var member in Parse(MemberListResponse.Parser, input) is { } list ? EtcdMessages.Read(list) ?? [] : [])
        {
            FuzzFailedException.Unless(member.Id > 0, "a member without number", input);
            CheckWords(member.Name, input);
        }

        if (Parse(AlarmResponse.Parser, input) is { } alarms)
        {
            var read = EtcdMessages.Read(alarms);
            FuzzFailedException.Unless(read.Distinct().Count() == read.Count && read.Count <= alarms.Alarms.Count, $"{read.Count} alarms of {alarms.Alarms.Count}", input);
        }
    }

    private static T? Parse<T>(MessageParser<T> parser, byte[] input)
        where T : class, IMessage<T>
    {
        try
        {
            var message = parser.ParseFrom(input);
            FuzzFailedException.Unless(parser.ParseFrom(message.ToByteArray()).Equals(message), $"written and read again it is another {typeof(T).Name}", input);
            return message;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static void CheckWords(string words, byte[] input) =>
        FuzzFailedException.Unless(words.Length <= 240 && !words.Any(c => char.IsControl(c) || char.IsSurrogate(c)), $"says \"{words}\"", input);
}
