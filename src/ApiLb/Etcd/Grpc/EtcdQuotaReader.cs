using System.Net;
using ApiLb.Etcd.MetricsPage;

namespace ApiLb.Etcd.Grpc;

/// <summary>Before 3.6 only a member's metrics tell its quota. It changes with a restart at most, so it is read seldom.</summary>
internal sealed class EtcdQuotaReader(EtcdServer server)
{
    private long? _quota;

    /// <returns>Bytes; null when unknown.</returns>
    public async ValueTask<long?> ReadAsync(CancellationToken deadline)
    {
        if (server.IsFirstOfConnection)
        {
            var answer = await server.GetAsync("/metrics", EtcdMetricsReader.MaxBody, deadline);
            _quota = answer.Status == HttpStatusCode.OK ? MetricsText.Parse(answer.Body.Span).Whole("etcd_server_quota_backend_bytes") ?? _quota : _quota;
        }

        return _quota;
    }
}
