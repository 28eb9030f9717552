using System.Net.Security;
using ApiLb.Backends;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>Makes the probers of one pool; they share its CA. Disposed after them.</summary>
internal sealed class ProberFactory(HealthOptions options, ProxyProtocolVersion proxyProtocol, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly byte[] _proxyHeader = ProbeProxyHeader.Of(proxyProtocol);
    private readonly TrustedCa _ca = new(options.CaFile, logger);

    public IProber Create(Backend backend)
    {
        var name = options.ServerName ?? (backend.Options.Address.IsUnix ? "localhost" : backend.Options.Address.Host);
        return options.Type switch
        {
            HealthCheckType.Tcp => new ConnectProber(new ProbeDialer(null, name, null, _proxyHeader), ProbeLayer.L4, time),
            HealthCheckType.Tls => new ConnectProber(new ProbeDialer(_ca, name, null, _proxyHeader), ProbeLayer.L6, time),
            HealthCheckType.Http => new HttpProber(options, Target("http", name, backend), new ProbeDialer(null, name, null, _proxyHeader), time),
            _ => new HttpProber(
                options, Target("https", name, backend), new ProbeDialer(_ca, name, [SslApplicationProtocol.Http11], _proxyHeader), time),
        };
    }

    public void Dispose() => _ca.Dispose();

    // Built as text: UriBuilder would escape the question mark of a path such as /readyz?exclude=etcd.
    private Uri Target(string scheme, string name, Backend backend)
    {
        var host = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        var port = backend.Options.Address.IsUnix ? "" : $":{backend.Options.Address.Port}";
        return new Uri($"{scheme}://{host}{port}{options.Path}");
    }
}
