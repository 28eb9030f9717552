using ApiLb.Health;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>What a failed attempt of a client's connection says about the health of its backend.</summary>
internal static class DialVerdict
{
    public static HealthReport OfFailure(DialFailure failure) => failure switch
    {
        DialFailure.Refused => Report(HealthCause.Refused, "a client's connection was refused"),
        DialFailure.Unreachable => Report(HealthCause.Unreachable, "a client's connection found no route"),
        DialFailure.TimedOut => OfSilence(isConnected: false),
        DialFailure.Reset => Report(HealthCause.Reset, "a client's connection was reset before its first byte"),
        _ => Report(HealthCause.Closed, "a client's connection was closed before its first byte"),
    };

    /// <param name="isConnected">The handshake had ended.</param>
    public static HealthReport OfSilence(bool isConnected) => isConnected
        ? Report(HealthCause.FirstByteTimeout, "a client's connection got no first byte")
        : Report(HealthCause.ConnectTimeout, "a client's connection got no answer to its SYN");

    private static HealthReport Report(HealthCause cause, string detail) => new(HealthEvidence.ConnectionFailed, cause, detail);
}
