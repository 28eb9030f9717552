using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using ApiLb.Tcp;

namespace ApiLb.Deployment;

/// <summary>The configuration that runs, and the way from it to another. One caller at a time.</summary>
/// <param name="pools">Begun by <see cref="BindAsync"/>.</param>
/// <param name="listeners">Likewise.</param>
/// <param name="adopt">Gives the daemon as a whole the settings that are its own. Does not throw.</param>
internal sealed class RunningConfiguration(PoolDeployments pools, ListenerDeployments listeners, Action<ApiLbOptions> adopt) : IAsyncDisposable
{
    private volatile LoadedConfiguration? _current;
    private LoadedConfiguration? _first;
    private AddressPlan? _addresses;

    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public LoadedConfiguration Current => _current ?? throw new InvalidOperationException("no configuration runs yet");

    /// <summary>Binds the listeners and begins the checks. Clients wait in the kernel's queue until <see cref="ServeAsync"/>.</summary>
    /// <exception cref="IOException">An address or a permission cannot be had; the message names it and says why.</exception>
    public async Task BindAsync(LoadedConfiguration first)
    {
        SourceAddress.RequirePermission(first.Options.Pools);
        pools.Start(first.Options);
        _addresses = await listeners.BindAsync(first.Options.Listeners);
        _first = first;
    }

    /// <summary>Takes clients on what <see cref="BindAsync"/> has bound.</summary>
    public async Task ServeAsync()
    {
        await listeners.SwapAsync(_first!.Options.Listeners, _ => true, _addresses!, pools);
        _current = _first;
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

    /// <summary>Gives back what was bound and never served.</summary>
    public ValueTask DisposeAsync() => _addresses?.DisposeAsync() ?? ValueTask.CompletedTask;
}
