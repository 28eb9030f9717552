using System.Net;
using ApiLb.Backends;

namespace ApiLb.Probing;

/// <summary>
/// The checks <c>tcp</c> and <c>tls</c>: passes when a connection opens, with a verified handshake if its dialer is made for TLS.
/// Closes it in order.
/// </summary>
internal sealed class ConnectProber(ProbeDialer dialer, ProbeLayer layer, TimeProvider time) : IProber
{
    private CertificateFacts? _certificate;

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline)
    {
        var dialled = await dialer.DialAsync(endPoint, deadline);
        _certificate = dialled.Certificate;
        if (!dialled.TryGet(out var connection))
        {
            return dialled.Failure;
        }

        await connection.CloseAsync(time);
        return ProbeVerdict.Passed(layer, layer == ProbeLayer.L6 ? "TLS handshake done" : "TCP connected") with { IsFresh = true };
    }

    public ValueTask<BackendFacts?> LearnAsync(CancellationToken stop) =>
        ValueTask.FromResult(_certificate is null ? null : new BackendFacts { Certificate = _certificate });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
