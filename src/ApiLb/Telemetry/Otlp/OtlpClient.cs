using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Telemetry.Otlp;

/// <summary>
/// The way to the collector: its headers and its CA, both read when they are needed, on the exporters' own threads. Once cut,
/// requests fail at once, so that nobody waits for a collector that hangs when the daemon stops. Thread-safe.
/// </summary>
internal sealed class OtlpClient(OtlpOptions options, CancellationToken cut) : DelegatingHandler(HandlerOf(options))
{
    public static HttpClient Create(OtlpOptions options, CancellationToken cut) =>
        new(new OtlpClient(options, cut)) { Timeout = options.Timeout };

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddHeaders(request);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        return base.Send(request, either.Token);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddHeaders(request);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        return await base.SendAsync(request, either.Token);
    }

    private static SocketsHttpHandler HandlerOf(OtlpOptions options)
    {
        // No proxy from the environment, no redirect: the operator said where it goes. Names are resolved again now and then.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
        };
        if (options.CaFile is { } path)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(path, certificate as X509Certificate2, chain, errors);
        }

        return handler;
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        if (options.HeadersFile is not { } path)
        {
            return;
        }

        try
        {
#pragma warning disable MA0045 // The SDK sends from threads of its own, and without async.
            if (HeaderLines.Parse(File.ReadAllText(path)).TryGet(out var headers, out var problem))
#pragma warning restore MA0045
            {
                foreach (var (name, value) in headers)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                return;
            }

            throw new HttpRequestException($"{path} {problem}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static bool IsTrusted(string path, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return false;
        }

        try
        {
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.DisableCertificateDownloads = true;
            own.ChainPolicy.CustomTrustStore.ImportFromPemFile(path);
            own.ChainPolicy.ExtraStore.AddRange(chain?.ChainElements.Select(e => e.Certificate).ToArray() ?? []);
            return own.Build(certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }
}
