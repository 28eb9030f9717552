using System.Net.Security;
using ApiLb.Backends;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>Makes the probers of one pool; they share its CA. Disposed after them.</summary>
internal sealed class ProberFactory(HealthOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TrustedCa _ca = new(options.CaFile, logger);

    private readonly ClientCertificate? _client =
        options is { ClientCertificateFile: { } certificate, ClientKeyFile: { } key } ? new ClientCertificate(certificate, key, logger) : null;

    public IProber Create(Backend backend)
    {
        var name = options.ServerName ?? (backend.Options.Address.IsUnix ? "localhost" : backend.Options.Address.Host);
        return options.Type switch
        {
            HealthCheckType.Tcp => new ConnectProber(new ProbeDialer(null, name, null), ProbeLayer.L4, time),
            HealthCheckType.Tls => new ConnectProber(new ProbeDialer(_ca, name, null, _client), ProbeLayer.L6, time),
            HealthCheckType.Http => new HttpProber(options, Target("http", name, backend), new ProbeDialer(null, name, null), time),
            HealthCheckType.Etcd => new EtcdProber(
                Target("https", name, backend),
                options.FreshConnectionEvery,
                new HttpConversation(new ProbeDialer(_ca, name, [SslApplicationProtocol.Http11], _client), time)),
            _ => new HttpProber(
                options, Target("https", name, backend), new ProbeDialer(_ca, name, [SslApplicationProtocol.Http11], _client), time),
        };
    }

    public void Dispose()
    {
        _ca.Dispose();
        _client?.Dispose();
    }

    // Built as text: UriBuilder would escape the question mark of a path such as /readyz?exclude=etcd.
    private Uri Target(string scheme, string name, Backend backend)
    {
        var host = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        var port = backend.Options.Address.IsUnix ? "" : $":{backend.Options.Address.Port}";
        return new Uri($"{scheme}://{host}{port}{options.Path}");
    }
}
