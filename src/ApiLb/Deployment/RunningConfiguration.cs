using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using ApiLb.Tcp;

namespace ApiLb.Deployment;

/// <summary>The configuration that runs, and the way from it to another. One caller at a time.</summary>
/// <param name="pools">Begun by <see cref="StartAsync"/>.</param>
/// <param name="listeners">Likewise.</param>
/// <param name="adopt">Gives the daemon as a whole the settings that are its own. Does not throw.</param>
internal sealed class RunningConfiguration(PoolDeployments pools, ListenerDeployments listeners, Action<ApiLbOptions> adopt)
{
    private volatile LoadedConfiguration? _current;

    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public LoadedConfiguration Current => _current ?? throw new InvalidOperationException("no configuration runs yet");

    /// <summary>Binds the listeners, begins the checks, and takes clients.</summary>
    /// <exception cref="IOException">An address or a permission cannot be had; the message names it and says why.</exception>
    public async Task StartAsync(LoadedConfiguration first)
    {
        SourceAddress.RequirePermission(first.Options.Pools);
        pools.Start(first.Options);
        await using var addresses = await listeners.BindAsync(first.Options.Listeners);
        await listeners.SwapAsync(first.Options.Listeners, _ => true, addresses, pools);
        _current = first;
    }

    public ReloadPlan PlanFor(LoadedConfiguration next) => new(Current, next);

    /// <summary>
    /// Carries the plan out. First what may fail, so that a failure changes nothing: permissions and addresses. Then whoever
    /// joins is checked, then new clients go the new ways, and at last those leave who are configured no longer.
    /// </summary>
    /// <exception cref="IOException">An address or a permission cannot be had; the message names it and says why. Nothing has changed.</exception>
    public async Task ApplyAsync(ReloadPlan plan, CancellationToken stop)
    {
        var options = plan.Target.Options;
        SourceAddress.RequirePermission(options.Pools);
        await using var addresses = await listeners.BindAsync(options.Listeners);

        await pools.BeginAsync(plan, stop);
        adopt(options);
        await listeners.SwapAsync(options.Listeners, plan.ChangesListener, addresses, pools);
        await pools.FinishAsync(plan, stop);
        _current = plan.Target;
    }
}
