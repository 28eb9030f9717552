using ApiLb.Health;
using ApiLb.Probing;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace ApiLb.Etcd.Grpc;

/// <summary>The calls of etcd's gRPC API that ApiLb makes, over one channel to one member. One call at a time.</summary>
internal sealed class EtcdCalls : IDisposable
{
    private readonly EtcdCallHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly Maintenance.MaintenanceClient _maintenance;
    private readonly Cluster.ClusterClient _cluster;

    public EtcdCalls(EtcdServer server)
    {
        _handler = new EtcdCallHandler(server);
        _channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = EtcdCallHandler.MaxMessage,

            // Nothing is unpacked that could be larger than it came.
            CompressionProviders = [],
        });
        _maintenance = new Maintenance.MaintenanceClient(_channel);
        _cluster = new Cluster.ClusterClient(_channel);
    }

    public ValueTask<EtcdCallResult<StatusResponse>> StatusAsync(CancellationToken deadline) =>
        AwaitAsync(() => _maintenance.StatusAsync(new StatusRequest()), deadline);

    public ValueTask<EtcdCallResult<MemberListResponse>> MemberListAsync(CancellationToken deadline) =>
        AwaitAsync(() => _cluster.MemberListAsync(new MemberListRequest()), deadline);

    public ValueTask<EtcdCallResult<AlarmResponse>> AlarmListAsync(CancellationToken deadline) =>
        AwaitAsync(() => _maintenance.AlarmAsync(new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get }), deadline);

    public void Dispose() => _channel.Dispose();

    private async ValueTask<EtcdCallResult<T>> AwaitAsync<T>(Func<AsyncUnaryCall<T>> start, CancellationToken deadline)
        where T : class, IMessage<T>
    {
        _handler.Deadline = deadline;
        try
        {
            using var call = start();
            return new EtcdCallResult<T>(await call.ResponseAsync, null, default);
        }
        catch (RpcException e) when (e.Status.DebugException is EtcdCallFailure { Answer: var answer })
        {
            return answer.Outcome == HttpOutcome.Answered
                ? new EtcdCallResult<T>(null, $"HTTP {(int)answer.Status}", default)
                : new EtcdCallResult<T>(null, null, answer.Failure);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.OK && e.StatusCode == _handler.Said)
        {
            return new EtcdCallResult<T>(null, e.StatusCode.ToString(), default);
        }
        catch (RpcException)
        {
            return new EtcdCallResult<T>(null, null, ProbeVerdict.NotReady(HealthCause.MalformedResponse, "answers with something that is not etcd's gRPC"));
        }
    }
}
