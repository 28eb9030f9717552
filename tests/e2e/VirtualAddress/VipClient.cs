using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Opens new TLS connections from a client host. Thread-safe.</summary>
internal sealed class VipClient(LabHost host, IPEndPoint target, X509Certificate2 authority)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);
    private static readonly byte[] Request = "GET /version HTTP/1.1\r\nHost: kubernetes\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>One connection with one request. Returns null when it was served, else what happened instead.</summary>
    public async Task<string?> RequestAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var socket = host.Namespace.CreateSocket();
        try
        {
            await socket.ConnectAsync(target, deadline.Token);
            using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(Options(), deadline.Token);
            await tls.WriteAsync(Request, deadline.Token);
            using var reader = new StreamReader(tls, Encoding.ASCII);
            var answer = await reader.ReadToEndAsync(deadline.Token);
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? null : answer;
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            return $"{failure.GetType().Name}: {failure.Message}";
        }
    }

    private SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = target.Address.ToString(),
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };
}
