namespace ApiLb.Admin.Page;

/// <summary>A shape beside a word, so that a state is told by more than a colour. Screen readers have the word.</summary>
internal static class StateMark
{
    /// <param name="look"><c>good</c>, <c>doubtful</c>, <c>bad</c>, or <c>plain</c>.</param>
    public static Html Of(string look) => Html.Of($"<svg class=\"mark {look}\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\">{ShapeOf(look)}</svg>");

    public static string LookOf(BackendStatus backend) => (backend.Mode, backend.Status) switch
    {
        (not "ready", _) => "doubtful",
        (_, "ready") => "good",
        (_, "dead") => "bad",
        (_, "unknown") => "plain",
        _ => "doubtful",
    };

    public static string LookOf(EtcdMemberStatus member) => member switch
    {
        { Status: "up", Healthy: not false } => "good",
        { Status: "up" } => "doubtful",
        { Status: "unknown" } => "plain",
        _ => "bad",
    };

    private static Html ShapeOf(string look) => look switch
    {
        "good" => Html.Of($"<path d=\"M3 8.5l3.2 3.5L13 4.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.4\"/>"),
        "doubtful" => Html.Of($"<path d=\"M8 1.5L15.5 14.5H.5z\" fill=\"currentColor\"/>"),
        "bad" => Html.Of($"<path d=\"M3 3l10 10M13 3L3 13\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.8\"/>"),
        _ => Html.Of($"<circle cx=\"8\" cy=\"8\" r=\"4.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>"),
    };
}
