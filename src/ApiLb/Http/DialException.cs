using ApiLb.Health;

namespace ApiLb.Http;

/// <summary>A backend could not be connected to: nothing of any request was sent. The only way to tell SocketsHttpHandler.</summary>
internal sealed class DialException(HealthCause cause, string message, Exception? inner = null) : IOException(message, inner)
{
    public HealthCause Cause { get; } = cause;

    public bool IsTls => Cause is HealthCause.UntrustedCertificate or HealthCause.WrongCertificateName or HealthCause.ExpiredCertificate
        or HealthCause.TlsHandshake or HealthCause.NotTls;
}
