using ApiLb.IntegrationTests.Actors;

namespace ApiLb.IntegrationTests.Import;

/// <summary>HAProxy and the daemon that imported its configuration; both end with the test.</summary>
internal sealed class Pair(HaProxy haProxy, RunningDaemon daemon) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await haProxy.DisposeAsync();
        await daemon.DisposeAsync();
    }
}
