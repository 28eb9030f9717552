using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// How clients come in at one listener: admitted at once where they connect themselves, and behind a proxy only when it has said
/// whom it speaks for. Whoever was admitted must <see cref="Leave"/> once. Thread-safe.
/// </summary>
internal sealed class Entrance(ListenerOptions listener, ListenerAdmission admission, ListenerCounters counters)
{
    private readonly ProxyHeaderReader? _proxyHeader = listener.ProxyProtocol is { } proxies ? new ProxyHeaderReader(proxies, counters) : null;

    /// <summary>What is known at accept: all about a client of its own, and about one behind a proxy only the proxy.</summary>
    /// <returns>Null, or why the connection must end; it need not leave then.</returns>
    public CloseReason? AdmitAtAccept(ClientConnection client)
    {
        if (_proxyHeader is not null)
        {
            return _proxyHeader.IsTrusted(client.Peer) ? admission.TryEnter() : CloseReason.Denied;
        }

        var refusal = admission.TryAdmit(client.Address);
        client.IsIdentified = refusal is null;
        return refusal;
    }

    /// <summary>Lets the proxy, if one is expected, say whose connection this is, and looks whether that client may come.</summary>
    /// <param name="client">Admitted at accept.</param>
    /// <param name="patience">For the proxy's header.</param>
    /// <returns>Null, or why the connection must end.</returns>
    public ValueTask<CloseReason?> IdentifyAsync(ClientConnection client, TimeSpan patience) =>
        _proxyHeader is null ? default : IdentifyAsync(client, _proxyHeader, patience);

    public void Leave(ClientConnection client)
    {
        if (client.IsIdentified)
        {
            admission.Leave(client.Address);
        }
        else
        {
            admission.Leave();
        }
    }

    private async ValueTask<CloseReason?> IdentifyAsync(ClientConnection client, ProxyHeaderReader header, TimeSpan patience)
    {
        var refusal = await header.ReadAsync(client, patience) ?? admission.TryIdentify(client.Address);
        client.IsIdentified = refusal is null;
        return refusal;
    }
}
