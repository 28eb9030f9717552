using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Deployment;

/// <summary>
/// Members that join a pool before others leave it: nobody may leave before somebody who stays can take clients, as far as
/// waiting for checks can bring that about.
/// </summary>
internal static class Newcomers
{
    /// <summary>Beyond the deadline of one check: for the name to be resolved, and for this process to be slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The members now and those to come, with the settings to come.</summary>
    public static IReadOnlyList<BackendOptions> Beside(IReadOnlyList<Backend> present, IReadOnlyList<BackendOptions> coming)
    {
        var stay = present.Select(b => coming.FirstOrDefault(c => IsSame(b, c)) ?? b.Options);
        var join = coming.Where(c => !present.Any(b => IsSame(b, c)));
        return [.. stay, .. join];
    }

    /// <summary>Waits until all members were checked and somebody of those who stay takes clients; not for ever.</summary>
    /// <param name="pool">Its members are those that leave and those that join.</param>
    /// <param name="staying">Those that it will have.</param>
    /// <param name="time">The clock of the patience.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task AreCheckedAsync(BackendPool pool, IReadOnlyList<BackendOptions> staying, TimeProvider time, CancellationToken stop)
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.Probed += Look;
        try
        {
            Look(null, null);
            var patience = pool.Options.Health.Timeout + Patience;
            await ready.Task.WaitAsync(patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            pool.Probed -= Look;
        }

        void Look(Backend? backend, ProbeResult? result)
        {
            var members = pool.Snapshot.Backends.Where(b => staying.Any(s => IsSame(b, s))).ToArray();
            if (Array.TrueForAll(members, IsChecked) && Array.Exists(members, TakesClients))
            {
                ready.TrySetResult();
            }
        }
    }

    private static bool IsSame(Backend backend, BackendOptions options) => backend.Name == options.Name && backend.Options.Address == options.Address;

    private static bool IsChecked(Backend backend) => backend.LastProbe is not null || backend.Mode == OperatorMode.Maint;

    private static bool TakesClients(Backend backend) => PoolSnapshot.TierOf(backend) is BackendTier.Ready or BackendTier.Backup;
}
