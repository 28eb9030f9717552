namespace ApiLb.Admin.Page;

/// <summary>The icon of the page's tab: a tab that nobody looks at shows by shape and colour that something is wrong.</summary>
internal static class PageIcon
{
    private const string Begin = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E";
    private const string End = "%3C/svg%3E";

    /// <param name="state"><c>good</c>, <c>warning</c> or <c>alarm</c>.</param>
    public static string Of(string state) => state switch
    {
        "alarm" => $"{Begin}%3Crect width='16' height='16' fill='%23b3141b'/%3E%3Cpath d='M4 4l8 8M12 4l-8 8' stroke='%23fff' stroke-width='2.5'/%3E{End}",
        "warning" => $"{Begin}%3Cpath d='M8 1l8 14H0z' fill='%23c77700'/%3E{End}",
        _ => $"{Begin}%3Ccircle cx='8' cy='8' r='7' fill='%23107038'/%3E{End}",
    };
}
