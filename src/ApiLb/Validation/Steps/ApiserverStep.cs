using System.Net;
using ApiLb.Kubernetes;
using ApiLb.Validation.Requests;

namespace ApiLb.Validation.Steps;

/// <summary>Finds the apiservers and asks each of them directly, past the balancer.</summary>
internal sealed class ApiserverStep(ValidationPlan plan, ApiVisits visits, TimeProvider time)
{
    /// <summary>Lists its checks one by one, of which the line about etcd is wanted.</summary>
    private const string Readiness = "/readyz?verbose";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The apiservers by the thumbprint of their certificates, as far as they have shown them.</summary>
    public IReadOnlyDictionary<string, string> Names => _names;

    /// <summary>Those of the plan, and those that the cluster names.</summary>
    public async Task<IReadOnlyList<ApiserverAddress>> FindAsync(CancellationToken cancellationToken)
    {
        var named = plan.Credentials is { } credentials ? await ListAsync(credentials, cancellationToken) : [];
        var known = plan.Apiservers.Select(a => a.EndPoint).ToHashSet();
        return [.. plan.Apiservers, .. named.Where(e => !known.Contains(e)).Select(e => new ApiserverAddress(e.ToString(), e))];
    }

    public async Task<IReadOnlyList<ApiserverResult>> AskAsync(IReadOnlyList<ApiserverAddress> apiservers, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(apiservers.Select(a => visits.AskAsync(a.EndPoint, Readiness, Patience, cancellationToken)));
        foreach (var (apiserver, answer) in apiservers.Zip(answers))
        {
            if (answer.Certificate is { } certificate && !_names.TryAdd(certificate, apiserver.Name))
            {
                _names[certificate] += " or " + apiserver.Name;
            }
        }

        return [.. apiservers.Zip(answers, Read)];
    }

    // kubernetes/apiserver, pkg/server/healthz: "[+]etcd ok" or "[-]etcd failed: reason withheld", a line for each check.
    private static ApiserverResult Read(ApiserverAddress apiserver, VisitResult answer)
    {
        var (state, detail) = answer switch
        {
            { Status: 200 } => (ApiserverResult.Ready, ""),
            { Status: 401 or 403 } => (ApiserverResult.Unknown, $"status {answer.Status}: it does not tell strangers whether it is ready"),
            { Status: > 0 } => (ApiserverResult.NotReady, FailingChecks(answer)),
            _ => (ApiserverResult.Unreachable, answer.Failure ?? "no answer"),
        };
        bool? etcd = answer.Body.Contains("[+]etcd ", StringComparison.Ordinal) ? true : answer.Body.Contains("[-]etcd ", StringComparison.Ordinal) ? false : null;
        return new ApiserverResult(apiserver.Name, apiserver.ToString(), state, detail, Math.Round(answer.Elapsed.TotalMilliseconds, 1), etcd);
    }

    private static string FailingChecks(VisitResult answer)
    {
        var failing = answer.Body.Split('\n').Where(l => l.StartsWith("[-]", StringComparison.Ordinal)).Select(l => l[3..].Split(' ')[0]);
        return KubernetesFailure.Shorten($"status {answer.Status}: {string.Join(", ", failing)}");
    }

    private async Task<IReadOnlyList<IPEndPoint>> ListAsync(Kubeconfig credentials, CancellationToken cancellationToken)
    {
        var created = KubernetesClient.Create(credentials, plan.ServerName, new ApiConnector(() => [plan.Balancer], time), time);
        if (!created.TryGet(out var client, out _))
        {
            return [];
        }

        using (client)
        {
            var answer = await client.ListAsync(ResourceQueries.Endpoints, cancellationToken);
            return answer.TryGet(out var list, out _) ? [.. (list.Items ?? []).SelectMany(AddressesOf)] : [];
        }
    }

    private static IEnumerable<IPEndPoint> AddressesOf(Endpoints endpoints) =>
        from subset in endpoints.Subsets ?? []
        let port = ResourcePort.OfApi(subset?.Ports)
        where subset is not null && port is not null
        from address in subset.Addresses ?? []
        where IPAddress.TryParse(address?.Ip, out _)
        select new IPEndPoint(IPAddress.Parse(address!.Ip!), port.Value);
}
