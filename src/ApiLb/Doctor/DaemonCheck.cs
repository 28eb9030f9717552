using ApiLb.Admin;

namespace ApiLb.Doctor;

/// <summary>Does the daemon run, and is it content? Pure.</summary>
internal static class DaemonCheck
{
    private const string Check = "daemon";

    public static IEnumerable<Finding> Find(DaemonPresence presence)
    {
        if (presence.Status is not { } status)
        {
            yield return presence.Problem is { } problem
                ? Finding.Warning(Check, problem, presence.Remedy)
                : Finding.Note(Check, "admin.socket is none: the running daemon cannot be asked");
            yield break;
        }

        yield return status.Ready
            ? Finding.Ok(Check, $"runs as pid {status.Pid}, version {status.Version}, and is ready")
            : Finding.Error(Check, $"runs as pid {status.Pid} and is not ready: /lb/readyz is red, keepalived gives the VIP away", "apilb status tells which backends are missing");
        foreach (var pool in status.Pools)
        {
            foreach (var finding in Find(pool))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> Find(PoolStatus pool)
    {
        if (pool.Alarm != "none")
        {
            yield return Finding.Error(Check, $"pool {pool.Name} has raised the alarm {pool.Alarm}", "apilb status, and docs/operations.md for what it means");
        }
        else if (pool.FailOpen)
        {
            yield return Finding.Warning(Check, $"pool {pool.Name}: nobody is ready, connections go to backends that are not", "apilb status");
        }

        foreach (var backend in pool.Backends.Where(b => b.Mode != "ready"))
        {
            yield return Finding.Note(Check, $"backend {backend.Name} of pool {pool.Name} is in mode {backend.Mode} by an operator's word", $"apilb ready {backend.Name}");
        }
    }
}
