namespace ApiLb.Admin.Page;

/// <summary>etcd's quorum and its members.</summary>
internal static class EtcdSection
{
    public static Html Render(EtcdStatus etcd) => Html.Of(
        $"""
        <section id="{SectionId.Etcd}">
        {DataTable.Of("etcd", RemarkOf(etcd), ["Member", "State", "#Since", "Role", "Version", "#Database", "#Quota", "#Raft lag"], etcd.Members.Select(RowOf))}
        </section>
        """);

    private static Html RemarkOf(EtcdStatus etcd)
    {
        var look = etcd.Quorum switch { "held" => "good", "lost" => "bad", _ => "plain" };
        var leader = etcd.Leader is { } name ? $"leader {name}" : "no leader known";
        return Html.Of($"<span class=\"{look}\">{StateMark.Of(look)}{StatusText.QuorumOf(etcd)}</span>, {etcd.VotersUp} of {etcd.Voters} voters up, {etcd.VotersNeeded} needed, {leader}");
    }

    private static Html RowOf(EtcdMemberStatus member)
    {
        var look = StateMark.LookOf(member);
        return DataTable.Row(
            Html.Of($"{member.Name}"),
            DataTable.Cell("State", Html.Of($"<span class=\"state {look}\">{StateMark.Of(look)}{StatusText.StateOf(member)}</span>{Html.If(member.Detail.Length > 0, $" <span class=\"why\">{member.Detail}</span>")}")),
            DataTable.Number("Since", ShortText.Duration(member.SinceSeconds)),
            DataTable.Cell("Role", StatusText.RoleOf(member)),
            DataTable.Cell("Version", member.Version ?? "-"),
            DataTable.Number("Database", member.DbSize is { } size ? ShortText.Bytes(size) : "-"),
            DataTable.Number("Quota", member.Quota is > 0 and var quota ? ShortText.Bytes(quota) : "-"),
            DataTable.Number("Raft lag", member.RaftLag is { } lag ? ShortText.Count(lag) : "-"));
    }
}
