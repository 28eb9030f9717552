using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws etcd in <c>apilb status</c>: one line while it is well; what is wrong and the members when it is not.</summary>
internal sealed class EtcdStatusView(IAnsiConsole console)
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Doubtful = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);

    public void Draw(EtcdStatus etcd)
    {
        var quorum = etcd.Quorum switch { "held" => "quorum", "lost" => "no quorum", _ => "quorum unknown" };
        console.Write(new Paragraph("etcd", Bold)
            .Append("  ")
            .Append(quorum, etcd.Quorum switch { "held" => Good, "lost" => Bad, _ => Faint })
            .Append($", {etcd.VotersUp}/{etcd.Voters} voters up", etcd.VotersUp == etcd.Voters ? Style.Plain : Doubtful)
            .Append(etcd.Leader is { } leader ? $", leader {leader}" : ", no leader known", Faint));
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
        var table = new Table { Border = TableBorder.None };
        foreach (var header in (string[])["MEMBER", "STATE", "SINCE", "ROLE", "VERSION", "DB", "LAG"])
        {
            table.AddColumn(new TableColumn(new Text(header, Faint)) { Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var member in etcd.Members)
        {
            table.AddRow(
                new Text(member.Name),
                new Text(StateOf(member), StyleOf(member)),
                new Text(ShortText.Duration(member.SinceSeconds)),
                new Text(RoleOf(member)),
                new Text(member.Version ?? "-"),
                new Text(member.DbSize is { } size ? ShortText.Bytes(size) : "-"),
                new Text(member.RaftLag is { } lag ? ShortText.Count(lag) : "-"));
        }

        return table;
    }

    private static string StateOf(EtcdMemberStatus member) => member is { Status: "up", Healthy: false } ? "up, not ready" : member.Status;

    private static string RoleOf(EtcdMemberStatus member) => member switch
    {
        { Leader: true } => "leader",
        { Learner: true } => "learner",
        { Status: "up" } => "follower",
        _ => "-",
    };

    private static Style StyleOf(EtcdMemberStatus member) => member switch
    {
        { Status: "up", Healthy: not false } => Good,
        { Status: "up" } => Doubtful,
        { Status: "unknown" } => Faint,
        _ => Bad,
    };

    private static Style StyleOf(EtcdAlarmStatus alarm) => alarm.Alarm is "quorum_lost" or "two_leaders" or "corrupt" or "no_space" ? Bad : Doubtful;
}
