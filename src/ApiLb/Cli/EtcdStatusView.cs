using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws etcd in <c>apilb status</c>: one line while it is well; what is wrong and the members when it is not.</summary>
internal sealed class EtcdStatusView(IAnsiConsole console)
{
    public void Draw(EtcdStatus etcd)
    {
        console.Write(new Paragraph("etcd", Paint.Bold)
            .Append("  ")
            .Append(StatusText.QuorumOf(etcd), etcd.Quorum switch { "held" => Paint.Good, "lost" => Paint.Bad, _ => Paint.Faint })
            .Append($", {etcd.VotersUp}/{etcd.Voters} voters up", etcd.VotersUp == etcd.Voters ? Style.Plain : Paint.Doubtful)
            .Append(etcd.Leader is { } leader ? $", leader {leader}" : ", no leader known", Paint.Faint));
        console.WriteLine();
        if (etcd.Alarms.Count == 0)
        {
            return;
        }

        console.Write(MembersOf(etcd));
        foreach (var alarm in etcd.Alarms)
        {
            console.Write(new Padder(new Text(alarm.Detail, StyleOf(alarm)), new Padding(2, 0, 0, 0)));
        }
    }

    private static Table MembersOf(EtcdStatus etcd)
    {
        var table = TableOf.Columns("MEMBER", "STATE", "SINCE", "ROLE", "VERSION", "DB", "LAG");
        foreach (var member in etcd.Members)
        {
            table.AddRow(
                new Text(member.Name),
                new Text(StatusText.StateOf(member), StyleOf(member)),
                new Text(ShortText.Duration(member.SinceSeconds)),
                new Text(StatusText.RoleOf(member)),
                new Text(member.Version ?? "-"),
                new Text(member.DbSize is { } size ? ShortText.Bytes(size) : "-"),
                new Text(member.RaftLag is { } lag ? ShortText.Count(lag) : "-"));
        }

        return table;
    }

    private static Style StyleOf(EtcdMemberStatus member) => member switch
    {
        { Status: "up", Healthy: not false } => Paint.Good,
        { Status: "up" } => Paint.Doubtful,
        { Status: "unknown" } => Paint.Faint,
        _ => Paint.Bad,
    };

    private static Style StyleOf(EtcdAlarmStatus alarm) => StatusText.IsGrave(alarm) ? Paint.Bad : Paint.Doubtful;
}
