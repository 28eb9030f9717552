using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>
/// Keeps the addresses of backends that are named by DNS. A name that does not resolve is a state, not an error: the daemon
/// starts without it, and an answer once had is kept until there is a better one.
/// </summary>
internal sealed partial class NameResolutionService(
    IReadOnlyList<BackendPool> pools, TimeProvider time, ILogger<NameResolutionService> logger)
{
    private static readonly TimeSpan WhenResolved = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhenUnresolved = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Resolves until it is told to stop; returns at once when no backend needs it.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        from pool in pools
        from backend in pool.Snapshot.Backends
        where backend.Options.Address.TryGetEndPoint() is null
        select Task.Run(() => KeepResolvedAsync(pool, backend, stop), CancellationToken.None));

    private async Task KeepResolvedAsync(BackendPool pool, Backend backend, CancellationToken stop)
    {
        var failure = "";
        while (!stop.IsCancellationRequested)
        {
            failure = await ResolveAsync(pool, backend, failure, stop);
            await Task.Delay(failure.Length == 0 ? WhenResolved : WhenUnresolved, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Why it failed, empty when it did not.</returns>
    private async Task<string> ResolveAsync(BackendPool pool, Backend backend, string lastFailure, CancellationToken stop)
    {
        var address = backend.Options.Address;
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host, stop).WaitAsync(LookupTimeout, time, stop);
            Apply(pool, backend, [.. found.Select(ip => new IPEndPoint(ip, address.Port))]);
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

    private void Apply(BackendPool pool, Backend backend, IReadOnlyList<IPEndPoint> found)
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
