using System.Net.Security;
using ApiLb.Configuration;
using ApiLb.Etcd.Grpc;
using ApiLb.Etcd.MetricsPage;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;

namespace ApiLb.Etcd;

/// <summary>Makes what asks the members; they share CA and client certificate. Disposed after them.</summary>
internal sealed class EtcdMemberFactory(EtcdOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TrustedCa _ca = new(options.CaFile, logger);

    private readonly ProbeCredentials _credentials = new(
        new HealthOptions
        {
            Type = HealthCheckType.Etcd,
            ClientCertificateFile = options.ClientCertificateFile,
            ClientKeyFile = options.ClientKeyFile,
        },
        logger);

    public IReadOnlyList<EtcdMember> CreateAll() => options.Members.Count > 0
        ? [.. options.Members.Select(m =>
            new EtcdMember(m.Name, m.Address.Host, new EtcdClient(NewServer(m.Address.Host, m.Address.Port, isTls: true))))]
        : [.. options.MetricsUrls.Select(u =>
            new EtcdMember(u.Authority, u.IdnHost.Trim('[', ']'), new EtcdMetricsReader(NewServer(u.IdnHost.Trim('[', ']'), u.Port, u.Scheme == Uri.UriSchemeHttps))))];

    public void Dispose()
    {
        _ca.Dispose();
        _credentials.Dispose();
    }

    private EtcdServer NewServer(string host, int port, bool isTls) =>
        new(host, port, isTls, NewConversation(host, isTls, SslApplicationProtocol.Http11), NewConversation(host, isTls, SslApplicationProtocol.Http2));

    private HttpConversation NewConversation(string host, bool isTls, SslApplicationProtocol protocol)
    {
        var tls = isTls ? new TlsTerms(_ca, _credentials, host) { Protocols = [protocol] } : null;
        return new HttpConversation(new ProbeDialer(tls, proxyHeader: default, time), new HttpExchange(_credentials, time), time);
    }
}
