using ApiLb.Probing;
using Google.Protobuf;

namespace ApiLb.Etcd.Grpc;

/// <summary>How one call ended.</summary>
/// <param name="Message">The answer; null: there is none.</param>
/// <param name="Refusal">A word for how the member refused the call, though it lives; null: it did not.</param>
/// <param name="Failure">Why there is neither.</param>
internal readonly record struct EtcdCallResult<T>(T? Message, string? Refusal, ProbeVerdict Failure)
    where T : class, IMessage<T>;
