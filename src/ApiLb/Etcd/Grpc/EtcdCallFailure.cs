using ApiLb.Probing;

namespace ApiLb.Etcd.Grpc;

/// <summary>Carries through the gRPC library why a call has no answer. Never leaves <see cref="EtcdCalls"/>.</summary>
internal sealed class EtcdCallFailure(HttpAnswer answer) : IOException
{
    /// <summary>Failed, or answered with something that is not gRPC.</summary>
    public HttpAnswer Answer { get; } = answer;
}
