using System.Net.Security;
using ApiLb.Backends;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>Makes the probers of one pool; they share its CA and credentials. Disposed after them.</summary>
/// <param name="options">The pool's.</param>
/// <param name="endpoint">The host by which clients know the control plane; null: not checked.</param>
/// <param name="proxyProtocol">The header that the backends expect.</param>
/// <param name="time">The clock of the probers.</param>
/// <param name="logger">For what is wrong with files.</param>
internal sealed class ProberFactory(
    HealthOptions options, string? endpoint, ProxyProtocolVersion proxyProtocol, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly byte[] _proxyHeader = ProbeProxyHeader.Of(proxyProtocol);
    private readonly TrustedCa _ca = new(options.CaFile, logger);
    private readonly ProbeCredentials _credentials = new(options, logger);

    /// <summary>Called while the host of a backend that is being checked does not acknowledge anything; does not block or throw.</summary>
    public Action<Backend>? Unheard { get; init; }

    public IProber Create(Backend backend)
    {
        var address = backend.Options.Address;
        var name = options.ServerName ?? (address.IsUnix ? "localhost" : address.Host);
        var tls = new TlsTerms(_ca, _credentials, name) { Address = address.IsUnix ? null : address.Host, Endpoint = endpoint };
        var unheard = () => Unheard?.Invoke(backend);
        return options.Type switch
        {
            HealthCheckType.Tcp => new ConnectProber(new ProbeDialer(null, _proxyHeader, time), ProbeLayer.L4, time),
            HealthCheckType.Tls => new ConnectProber(new ProbeDialer(tls, _proxyHeader, time, unheard), ProbeLayer.L6, time),
            HealthCheckType.Http => NewHttpProber(new ProbeTargets("http", name, address, options), null, unheard),
            HealthCheckType.Etcd => new EtcdProber(
                new Uri(ProbeTargets.ServerOf("https", name, address)), options.FreshConnectionEvery, NewConversation(tls, unheard)),
            _ => NewHttpProber(
                new ProbeTargets("https", name, address, options), tls with { Protocols = [SslApplicationProtocol.Http11] }, unheard),
        };
    }

    public void Dispose()
    {
        _ca.Dispose();
        _credentials.Dispose();
    }

    private HttpProber NewHttpProber(ProbeTargets targets, TlsTerms? tls, Action unheard) =>
        new(options, targets, new ProbeDialer(tls, _proxyHeader, time, unheard), new HttpExchange(_credentials, time, unheard), time)
        {
            Unheard = unheard,
        };

    private HttpConversation NewConversation(TlsTerms tls, Action unheard) => new(
        new ProbeDialer(tls with { Protocols = [SslApplicationProtocol.Http11] }, _proxyHeader, time, unheard),
        new HttpExchange(_credentials, time, unheard),
        time);
}
