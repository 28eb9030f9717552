using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Doctor.Cluster;

/// <summary>Checks every backend of one pool once, just as the daemon does, and tells what that shows.</summary>
/// <param name="options">The pool's.</param>
/// <param name="endpoint">The host by which clients know the pool; null: not known.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class PoolExamination(PoolOptions options, string? endpoint, TimeProvider time)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var pool = new BackendPool(options, time, NullLogger<BackendPool>.Instance);
        using var probers = new ProberFactory(options.Health, endpoint, options.ProxyProtocol, time, NullLogger.Instance);
        var backends = pool.Snapshot.Backends;
        var each = await Task.WhenAll(backends.Select(b => ExamineAsync(b, probers, cancellationToken)));
        return [.. each.SelectMany(f => f), .. BackendFindings.Of(options, endpoint, backends, time.GetUtcNow())];
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(Backend backend, ProberFactory probers, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (backend.EndPoint is null)
        {
            findings.Add(await ResolveAsync(backend, cancellationToken));
        }

        if (backend.EndPoint is not null)
        {
            await using var check = new BackendCheck(backend, probers.Create(backend), options.Health.Timeout, time, NullLogger.Instance);
            var result = await check.RunAsync(cancellationToken);
            await check.LearnAsync(cancellationToken);
            findings.Add(Judge($"{backend.Name} of pool {options.Name}", result));
        }

        return findings;
    }

    /// <summary>The daemon takes the first address too, and looks again while it runs.</summary>
    private static async Task<Finding> ResolveAsync(Backend backend, CancellationToken cancellationToken)
    {
        const string check = "dns";
        var host = backend.Options.Address.Host;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            if (addresses.Length > 0)
            {
                backend.EndPoint = new IPEndPoint(addresses[0], backend.Options.Address.Port);
                return Finding.Note(
                    check,
                    $"backend {backend.Name} is a name, now {string.Join(", ", addresses.AsEnumerable())}: while DNS fails, ApiLb goes on with the last address, but cannot start without one",
                    "write addresses into backends unless they change");
            }
        }
        catch (SocketException)
        {
            // Said below.
        }

        return Finding.Error(check, $"backend {backend.Name}: {host} has no address", "mend DNS, or write the address into backends");
    }

    private static Finding Judge(string who, ProbeResult? result)
    {
        const string check = "backend";
        if (result is null)
        {
            return Finding.Error(check, $"{who} cannot be checked: a file that health names is not usable", "apilb check");
        }

        var text = $"{who}: {result.Report.Detail}";
        return result.Report switch
        {
            { Cause: HealthCause.Unauthorized } => Finding.Warning(
                "anonymous-auth", $"{text}: ApiLb sees that it lives, and not when it is about to shut down"),
            { Evidence: HealthEvidence.Ready } => Finding.Ok(check, text),
            { Evidence: HealthEvidence.ShuttingDown } => Finding.Warning(check, text, "wait until it is back"),
            _ => Finding.Error(check, text, "docs/operations.md#causes tells what each cause means and what to do"),
        };
    }
}
