using System.Net;
using ApiLb.Admin.HaProxy;

namespace ApiLb.Admin;

/// <summary>All ways to the admin surface, which open and close together: its socket, its address, and HAProxy's socket.</summary>
/// <param name="server">The first two.</param>
/// <param name="haproxy">Null: there is none.</param>
/// <param name="sockets">Of both.</param>
/// <param name="time">For the patience.</param>
internal sealed class AdminDoors(AdminServer server, RuntimeServer? haproxy, AdminSockets sockets, TimeProvider time) : IAsyncDisposable
{
    /// <summary>For requests that were under way when another daemon took over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Where <c>admin.listen</c> ended up; null when there is none.</summary>
    public IPEndPoint? BoundEndPoint => server.BoundEndPoint;

    /// <summary>As another process may take them over.</summary>
    public IReadOnlyDictionary<EndPoint, int> Descriptors => sockets.Descriptors;

    /// <summary>Takes all addresses; nobody is answered before <see cref="OpenAsync"/>.</summary>
    /// <exception cref="AdminBindException">One of them cannot be had.</exception>
    public async Task BindAsync(CancellationToken cancellation)
    {
        await server.BindAsync(cancellation);
        await (haproxy?.BindAsync(cancellation) ?? Task.CompletedTask);
    }

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await server.StartAsync(cancellation);
        await (haproxy?.StartAsync(cancellation) ?? Task.CompletedTask);
    }

    /// <inheritdoc cref="AdminSockets.Claim"/>
    public void Claim() => sockets.Claim();

    /// <inheritdoc cref="AdminSockets.Leave"/>
    public void Leave() => sockets.Leave();

    /// <inheritdoc cref="AdminServer.BeginShutdown"/>
    public void BeginShutdown() => server.BeginShutdown();

    /// <summary>After <see cref="Leave"/>: a moment for who was accepted here and is not answered yet.</summary>
    public async Task CloseAsync(CancellationToken now)
    {
        await Task.Delay(Patience, time, now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (haproxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        using var patience = new CancellationTokenSource(Patience, time);
        await server.StopAsync(patience.Token);
    }

    /// <summary>Call it last: until then an operator can watch the shutdown.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await (haproxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await server.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await (haproxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await server.DisposeAsync();
    }
}
