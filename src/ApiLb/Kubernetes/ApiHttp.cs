using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Kubernetes;

/// <summary>
/// HTTP/1.1 to apiservers: no redirects, no proxy, no cookies; every answer is bounded in time and size, and whatever goes
/// wrong is a <see cref="KubernetesFailure"/>. Thread-safe.
/// </summary>
internal sealed class ApiHttp : IDisposable
{
    private const int LargestAnswer = 8 * 1024 * 1024;

    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);

    private readonly Kubeconfig? _credentials;
    private readonly TimeProvider _time;
    private readonly ServerTrust _trust;
    private readonly X509Certificate2? _certificate;
    private readonly HttpClient _http;

    /// <exception cref="CryptographicException">A certificate or key cannot be used. So may <see cref="ArgumentException"/>.</exception>
    public ApiHttp(Kubeconfig config, string serverName, ApiConnector connector, TimeProvider time)
        : this(new ServerTrust(config.Authority, serverName), config, serverName, connector, time)
    {
    }

    private ApiHttp(ServerTrust trust, Kubeconfig? credentials, string serverName, ApiConnector connector, TimeProvider time)
    {
        _credentials = credentials;
        _time = time;
        _trust = trust;
        var tls = _trust.NewOptions();
        if (credentials?.ClientCertificate is var (certificate, key))
        {
            _certificate = X509Certificate2.CreateFromPem(certificate, key);
            tls.ClientCertificates = [_certificate];
        }

        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = 2,
            SslOptions = tls,
            ConnectCallback = (_, cancellationToken) => connector.ConnectAsync(cancellationToken),
        };
        var host = serverName.Contains(':', StringComparison.Ordinal) ? $"[{serverName}]" : serverName;
        _http = new HttpClient(handler) { BaseAddress = new Uri($"https://{host}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc cref="KubernetesClient.CreateUnverified"/>
    public static ApiHttp Unverified(string serverName, ApiConnector connector, TimeProvider time) =>
        new(ServerTrust.InAnybody(serverName), credentials: null, serverName, connector, time);

    /// <summary>Sends a request and returns the whole body of a successful answer.</summary>
    public async Task<KubernetesAnswer<byte[]>> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var deadline = NewDeadline(AnswerDeadline, cancellationToken);
        try
        {
            using var response = await StartAsync(method, path, content, deadline.Token);
            var body = await ReadAsync(response, deadline.Token);
            return response.IsSuccessStatusCode ? body : KubernetesFailure.OfStatus(response.StatusCode, body);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && FailureOf(e) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Starts a request whose answer is read while it comes. The caller disposes the response.</summary>
    public async Task<KubernetesAnswer<HttpResponseMessage>> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = NewDeadline(AnswerDeadline, cancellationToken);
        try
        {
            var response = await StartAsync(HttpMethod.Get, path, null, deadline.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                return KubernetesFailure.OfStatus(response.StatusCode, await ReadAsync(response, deadline.Token));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && FailureOf(e) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Fires when the time is over or the caller's token does.</summary>
    public Deadline NewDeadline(TimeSpan after, CancellationToken cancellationToken) => new(after, _time, cancellationToken);

    /// <summary>What an exception of the network means; null when it is a bug.</summary>
    public KubernetesFailure? FailureOf(Exception e) => e switch
    {
        OperationCanceledException => new KubernetesFailure(KubernetesFailureKind.TimedOut, "no answer in time"),
        HttpRequestException { InnerException: AuthenticationException inner } => Untrusted(_trust.Failure ?? $"TLS handshake failed: {inner.Message}"),
        AuthenticationException => Untrusted(_trust.Failure ?? $"TLS handshake failed: {e.Message}"),
        InvalidDataException => new KubernetesFailure(KubernetesFailureKind.Malformed, e.Message),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            new KubernetesFailure(KubernetesFailureKind.Malformed, "the answer is not HTTP"),
        HttpRequestException or IOException or UnauthorizedAccessException => Unreachable(e),
        _ => null,
    };

    public void Dispose()
    {
        _http.Dispose();
        _certificate?.Dispose();
        _trust.Dispose();
    }

    private static KubernetesFailure Untrusted(string detail) => new(KubernetesFailureKind.Untrusted, KubernetesFailure.Shorten(detail));

    private static KubernetesFailure Unreachable(Exception e) =>
        new(KubernetesFailureKind.Unreachable, KubernetesFailure.Shorten((e as HttpRequestException)?.InnerException?.Message ?? e.Message));

    private async Task<HttpResponseMessage> StartAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content, Version = HttpVersion.Version11 };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("apilb", null));
        var token = _credentials?.TokenFile is { } file ? await KubeconfigFile.ReadAsync(file, cancellationToken) : _credentials?.Token;
        if (!string.IsNullOrWhiteSpace(token))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestAnswer)
            {
                throw new InvalidDataException($"the answer is larger than {LargestAnswer / 1024 / 1024} MiB");
            }
        }

        return body.ToArray();
    }
}
