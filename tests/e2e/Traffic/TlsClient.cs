using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Opens new TLS connections from the client host to one address: a balancer's, or an apiserver's own.</summary>
/// <param name="credentials">What to trust.</param>
/// <param name="target">Where to connect.</param>
/// <param name="servers">The apiservers' names by the thumbprint of their certificates.</param>
internal sealed class TlsClient(ClusterCredentials credentials, IPEndPoint target, IReadOnlyDictionary<string, string> servers)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>In the handshake, as kubelets and controllers do, and then speaks it.</summary>
    public bool OffersHttp2 { get; init; }

    public ClusterCredentials Credentials { get; } = credentials;

    public IPEndPoint Target { get; } = target;

    public string NameOf(X509Certificate2 certificate) => servers.GetValueOrDefault(certificate.Thumbprint, "unknown");

    /// <summary>One connection with one request, closed after it. Never throws for what a network does.</summary>
    public async Task<ConnectionResult> RequestAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var connection = new TlsConnection();
        try
        {
            var tls = await connection.OpenAsync(this, authenticate: false, deadline.Token);
            var status = StatusOf(await ExchangeAsync(tls, path, deadline.Token));
            return Result(status == "200" ? ConnectionOutcome.Served : ConnectionOutcome.Rejected, "status " + status);
        }
        catch (Exception failure) when (IsOfTheNetwork(failure))
        {
            return Result(
                connection.HasReceived ? ConnectionOutcome.FailedAfterFirstByte : ConnectionOutcome.FailedBeforeFirstByte,
                $"{failure.GetType().Name}: {failure.Message}");
        }

        ConnectionResult Result(ConnectionOutcome outcome, string detail) =>
            new(outcome, Stopwatch.GetElapsedTime(started), connection.Server, detail);
    }

    /// <summary>Which apiservers serve new connections: holds some open at a time, so that a balancer which counts them spreads them.</summary>
    public async Task<IReadOnlySet<string>> FindServersAsync(int connections)
    {
        var held = Enumerable.Range(0, connections).Select(_ => new TlsConnection()).ToList();
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            foreach (var connection in held)
            {
                await connection.OpenAsync(this, authenticate: false, deadline.Token);
            }

            return held.Select(connection => connection.Server ?? "none").ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception failure) when (IsOfTheNetwork(failure))
        {
            return new HashSet<string>(StringComparer.Ordinal) { failure.Message };
        }
        finally
        {
            held.ForEach(connection => connection.Dispose());
        }
    }

    private static bool IsOfTheNetwork(Exception failure) =>
        failure is IOException or SocketException or AuthenticationException or OperationCanceledException;

    private static async Task<string> ExchangeAsync(SslStream tls, string path, CancellationToken cancellationToken)
    {
        var request = $"GET {path} HTTP/1.1\r\nHost: kubernetes\r\nUser-Agent: apilb-e2e\r\nConnection: close\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(tls, Encoding.ASCII);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    // An answer that was cut short must not look like a whole one.
    private static string StatusOf(string answer)
    {
        var parts = answer.Split("\r\n\r\n", 2);
        var length = parts[0].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))?[16..];
        return parts.Length == 2 && length is not null && parts[1].Length == int.Parse(length, CultureInfo.InvariantCulture)
            ? answer.Split(' ', 3)[1]
            : throw new IOException($"the answer ended after {answer.Length} characters: '{answer}'");
    }
}
