namespace ApiLb.Admin;

/// <summary>Through which door a request came: what it may see depends on it.</summary>
internal sealed class AdminSurface
{
    /// <summary>The unix socket: the file's mode says who may come.</summary>
    public static readonly AdminSurface Socket = new();

    /// <summary>admin.listen: anyone who can reach the address; status page, health and metrics only.</summary>
    public static readonly AdminSurface Network = new();

    private AdminSurface()
    {
    }
}
