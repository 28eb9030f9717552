using System.Net;
using ApiLb.Backends;

namespace ApiLb.Probing;

/// <summary>
/// The checks <c>tcp</c> and <c>tls</c>: passes when a connection opens, with a verified handshake if its dialer is made for TLS.
/// Closes it in order.
/// </summary>
internal sealed class ConnectProber(ProbeDialer dialer, ProbeLayer layer, TimeProvider time) : IProber
{
    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, CancellationToken deadline)
    {
        var dialled = await dialer.DialAsync(endPoint, deadline);
        if (!dialled.TryGet(out var connection))
        {
            return dialled.Failure;
        }

        await connection.CloseAsync(time);
        return ProbeVerdict.Passed(layer, layer == ProbeLayer.L6 ? "TLS handshake done" : "TCP connected");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
