using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>
/// Keeps the addresses of those backends of one pool that are named by DNS, for as long as each is a member. A name that does
/// not resolve is a state, not an error: the daemon starts without it, and an answer once had is kept until there is a better
/// one. Run once; whoever runs it awaits it.
/// </summary>
internal sealed partial class NameResolutionService(BackendPool pool, TimeProvider time, ILogger<NameResolutionService> logger)
{
    private static readonly TimeSpan WhenResolved = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhenUnresolved = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Backend, CancellationTokenSource> _members = [];
    private readonly HashSet<Task> _running = [];
    private CancellationToken _stop;

    /// <summary>Resolves until it is told to stop; then returns without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        pool.Added += Join;
        pool.Removed += Leave;
        foreach (var backend in pool.Snapshot.Backends)
        {
            Join(backend);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Added -= Join;
        pool.Removed -= Leave;
        await Task.WhenAll(Running());
    }

    private void Join(Backend backend)
    {
        if (backend.Options.Address.TryGetEndPoint() is not null)
        {
            return;
        }

        lock (_lock)
        {
            if (!backend.IsRemoved && !_stop.IsCancellationRequested && !_members.ContainsKey(backend))
            {
                var leaving = new CancellationTokenSource();
                _members.Add(backend, leaving);
                _running.RemoveWhere(t => t.IsCompleted);
                _running.Add(Task.Run(() => KeepResolvedAsync(backend, leaving.Token), CancellationToken.None));
            }
        }
    }

    private void Leave(Backend backend)
    {
        lock (_lock)
        {
            if (_members.Remove(backend, out var leaving))
            {
                leaving.Cancel();
            }
        }
    }

    private Task[] Running()
    {
        lock (_lock)
        {
            return [.. _running];
        }
    }

    private async Task KeepResolvedAsync(Backend backend, CancellationToken leaving)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop, leaving);
        var failure = "";
        while (!end.IsCancellationRequested)
        {
            failure = await ResolveAsync(backend, failure, end.Token);
            await Task.Delay(failure.Length == 0 ? WhenResolved : WhenUnresolved, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Why it failed, empty when it did not.</returns>
    private async Task<string> ResolveAsync(Backend backend, string lastFailure, CancellationToken stop)
    {
        var address = backend.Options.Address;
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host, stop).WaitAsync(LookupTimeout, time, stop);
            Apply(backend, [.. found.Select(ip => new IPEndPoint(ip, address.Port))]);
            return "";
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            if (error.Message != lastFailure)
            {
                Log.Unresolved(logger, pool.Name, backend.Name, address.Host, error.Message, backend.EndPoint?.ToString() ?? "none");
            }

            return error.Message;
        }
        catch (OperationCanceledException)
        {
            return lastFailure;
        }
    }

    private void Apply(Backend backend, IReadOnlyList<IPEndPoint> found)
    {
        if (found.Count > 0 && !found.Contains(backend.EndPoint))
        {
            Log.Resolved(logger, pool.Name, backend.Name, found[0]);
            pool.SetEndPoint(backend, found[0]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pool {Pool}: backend {Backend} is at {Address}.")]
        public static partial void Resolved(ILogger logger, string pool, string backend, IPEndPoint address);

        [LoggerMessage(2, LogLevel.Warning, "Pool {Pool}: backend {Backend}: cannot resolve {Host}: {Reason}. Kept address: {Kept}.")]
        public static partial void Unresolved(ILogger logger, string pool, string backend, string host, string reason, string kept);
    }
}
