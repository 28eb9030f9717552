namespace ApiLb.BehaviourTests.Actors;

/// <summary>What a stand-in of an apiserver says when it is asked for /readyz.</summary>
/// <param name="Status">The HTTP status; 0: it closes the connection without an answer.</param>
/// <param name="Body">As an apiserver words it.</param>
internal sealed record Readiness(int Status, string Body)
{
    public static Readiness Ok { get; } = new(200, "ok");

    public static Readiness None { get; } = new(0, "");

    public static Readiness ShuttingDown { get; } = new(500, "[+]ping ok\n[+]etcd ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n");

    public static Readiness Starting { get; } = new(500, "[+]ping ok\n[+]etcd ok\n[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\nreadyz check failed\n");

    public static Readiness EtcdDown { get; } = new(500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n");

    public static Readiness Unauthorized { get; } = new(401, "{\"kind\":\"Status\",\"code\":401}");

    public static Readiness Forbidden { get; } = new(403, "{\"kind\":\"Status\",\"code\":403}");
}
