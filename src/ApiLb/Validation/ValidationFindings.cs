using static ApiLb.Validation.ValidationFinding;

namespace ApiLb.Validation;

/// <summary>What the results mean for somebody who relies on the cluster. Pure.</summary>
internal static class ValidationFindings
{
    /// <summary>Slower than this, a client has waited for something that is broken, though it was served at last.</summary>
    private const double SlowMilliseconds = 1000;

    public static IReadOnlyList<ValidationFinding> Of(
        IReadOnlyList<ApiserverResult> apiservers, RequestsResult requests, EtcdResult etcd, WriteResult? write, DuringResult? during) =>
    [
        .. OfApiservers(apiservers, requests),
        .. OfRequests(apiservers, requests),
        .. OfEtcd(etcd, apiservers),
        .. write?.Failure is { } failure ? [new ValidationFinding("write", Error, failure)] : Array.Empty<ValidationFinding>(),
        .. during is null ? [] : OfDuring(during),
    ];

    private static IEnumerable<ValidationFinding> OfApiservers(IReadOnlyList<ApiserverResult> apiservers, RequestsResult requests)
    {
        const string Step = "apiservers";
        if (apiservers.Count == 0)
        {
            yield return new(Step, Warning, "no apiserver is known, so none was asked directly: use --config, or a --kubeconfig that may read endpoints");
        }
        else if (apiservers.All(a => a.State == ApiserverResult.Unreachable) && requests.Backends.Count > 0)
        {
            yield return new(Step, Warning, $"none can be reached from here but through the balancer ({apiservers[0].Detail}): run this on a load-balancer host to see each");
            yield break;
        }
        else if (apiservers.Count == 1)
        {
            yield return new(Step, Warning, "there is one apiserver, and nobody to fail over to");
        }

        foreach (var apiserver in apiservers)
        {
            if (apiserver.State is ApiserverResult.NotReady or ApiserverResult.Unreachable)
            {
                yield return new(Step, Error, $"{apiserver.Name} at {apiserver.Address} is {apiserver.State.Replace('_', ' ')}: {apiserver.Detail}");
            }
        }
    }

    private static IEnumerable<ValidationFinding> OfRequests(IReadOnlyList<ApiserverResult> apiservers, RequestsResult requests)
    {
        const string Step = "requests";
        if (requests.Failed > 0)
        {
            yield return new(Step, Error, $"{requests.Failed} of {requests.Connections} new connections failed, most often: {requests.Failures[0].Reason}");
        }

        foreach (var unused in apiservers.Where(a => a.State == ApiserverResult.Ready && !requests.Backends.Keys.Any(name => name.Contains(a.Name, StringComparison.Ordinal))))
        {
            yield return new(Step, Warning, $"{unused.Name} is ready and got none of {requests.Connections} connections: is it a backend, with a weight, and not drained or a backup?");
        }
    }

    private static IEnumerable<ValidationFinding> OfEtcd(EtcdResult etcd, IReadOnlyList<ApiserverResult> apiservers)
    {
        const string Step = "etcd";
        if (etcd.Quorum == EtcdResult.Lost)
        {
            yield return new(Step, Error, "etcd has no quorum: nothing can be written; see docs/operations.md, etcd");
        }
        else if (etcd.Quorum == EtcdResult.Unknown)
        {
            yield return new(Step, Warning, "nothing is known of etcd: add the section etcd to the configuration and use --config");
        }

        foreach (var member in etcd.Members.Where(m => !m.Healthy))
        {
            yield return new(Step, Error, $"member {member.Name} is not healthy: {member.Detail}");
        }

        foreach (var apiserver in apiservers.Where(a => a.Etcd == false))
        {
            yield return new(Step, Error, $"{apiserver.Name} does not reach its etcd");
        }

        if (etcd.Members.Count > 0 && etcd.Members.Count % 2 == 0)
        {
            yield return new(Step, Warning, $"{etcd.Members.Count} members bear no more losses than {etcd.Members.Count - 1}");
        }
    }

    private static IEnumerable<ValidationFinding> OfDuring(DuringResult during)
    {
        const string Step = "during";
        if (during.Requests.Failed > 0)
        {
            yield return new(Step, Error, $"{during.Requests.Failed} of {during.Requests.Connections} new connections failed, most often: {during.Requests.Failures[0].Reason}");
        }

        if (during.Requests.SlowestMilliseconds > SlowMilliseconds)
        {
            yield return new(Step, Warning, FormattableString.Invariant($"the slowest client waited {during.Requests.SlowestMilliseconds / 1000:0.0} s"));
        }

        if (during.Outages.Count == 0)
        {
            yield return new(Step, Warning, "no apiserver was seen to stop answering, so this shows nothing about failover");
        }
    }
}
