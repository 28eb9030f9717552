using System.Net.Security;
using ApiLb.Configuration;
using ApiLb.Etcd.Gateway;
using ApiLb.Etcd.MetricsPage;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;

namespace ApiLb.Etcd;

/// <summary>Makes what asks the members; they share CA and client certificate. Disposed after them.</summary>
internal sealed class EtcdMemberFactory(EtcdOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TrustedCa _ca = new(options.CaFile, logger);

    private readonly ClientCertificate? _client =
        options is { ClientCertificateFile: { } certificate, ClientKeyFile: { } key } ? new ClientCertificate(certificate, key, logger) : null;

    public IReadOnlyList<EtcdMember> CreateAll() => options.Members.Count > 0
        ? [.. options.Members.Select(m =>
            new EtcdMember(m.Name, m.Address.Host, new EtcdClient(NewServer(m.Address.Host, m.Address.Port, isTls: true))))]
        : [.. options.MetricsUrls.Select(u =>
            new EtcdMember(u.Authority, u.IdnHost.Trim('[', ']'), new EtcdMetricsReader(NewServer(u.IdnHost.Trim('[', ']'), u.Port, u.Scheme == Uri.UriSchemeHttps))))];

    public void Dispose()
    {
        _ca.Dispose();
        _client?.Dispose();
    }

    private EtcdServer NewServer(string host, int port, bool isTls)
    {
        var dialer = isTls
            ? new ProbeDialer(_ca, host, [SslApplicationProtocol.Http11], _client)
            : new ProbeDialer(null, host, null);
        return new EtcdServer(host, port, isTls, new HttpConversation(dialer, time));
    }
}
