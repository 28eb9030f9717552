using System.Net;
using ApiLb.Kubernetes;

namespace ApiLb.Validation.Requests;

/// <summary>Makes <see cref="ApiVisit"/>s that trust one cluster. Thread-safe.</summary>
/// <exception cref="System.Security.Cryptography.CryptographicException">The CA cannot be used.</exception>
internal sealed class ApiVisits(string authority, string serverName, TimeProvider time) : IDisposable
{
    private readonly ServerTrust _trust = new(authority, serverName);

    /// <summary>Asks over a new connection and closes it.</summary>
    public async Task<VisitResult> AskAsync(EndPoint address, string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var visit = New();
        return await visit.AskAsync(address, path, patience, cancellationToken);
    }

    public ApiVisit New() => new(_trust, serverName, time);

    public void Dispose() => _trust.Dispose();
}
