using System.Net.Http.Headers;
using System.Text;
using ApiLb.Kubernetes;

namespace ApiLb.Validation.Steps;

/// <summary>
/// An object is created, seen by a watch, and deleted, in a namespace that is made for it and deleted again: both through the balancer,
/// each over a connection of its own, so that usually two apiservers and etcd between them take part.
/// </summary>
internal sealed class WriteStep(ValidationPlan plan, TimeProvider time)
{
    private const string Object = "apilb-validate";
    private const string Namespaces = "/api/v1/namespaces";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="credentials">Which may create namespaces.</param>
    /// <param name="cancellationToken">Ends it with an exception, after the namespace is deleted.</param>
    public async Task<WriteResult> RunAsync(Kubeconfig credentials, CancellationToken cancellationToken)
    {
        var created = KubernetesClient.Create(credentials, plan.ServerName, new ApiConnector(() => [plan.Balancer], time), time);
        if (!created.TryGet(out var client, out var failure))
        {
            return Failed(null, failure);
        }

        using (client)
        {
            var answer = await PostAsync(client, Namespaces, """{"metadata":{"generateName":"apilb-validate-"}}""", cancellationToken);
            return answer.TryGet(out var space, out failure) && space.Metadata?.Name is { Length: > 0 } name
                ? await RunAsync(client, name, cancellationToken)
                : Failed(null, failure ?? new KubernetesFailure(KubernetesFailureKind.Malformed, "the new namespace has no name"));
        }
    }

    private async Task<WriteResult> RunAsync(KubernetesClient client, string space, CancellationToken cancellationToken)
    {
        WriteResult? result = null;
        try
        {
            result = await RoundTripAsync(client, space, cancellationToken);
        }
        finally
        {
            // Also when the operator has had enough: nothing may be left behind.
            var deleted = await DeleteAsync(client, $"{Namespaces}/{space}", CancellationToken.None);
            if (!deleted.TryGet(out _, out var failure))
            {
                var left = $"namespace {space} was left behind ({failure.Detail}): kubectl delete namespace {space}";
                result = (result ?? Empty(space)) with { Failure = result?.Failure is { } before ? $"{before}; {left}" : left };
            }
        }

        return result;
    }

    private async Task<WriteResult> RoundTripAsync(KubernetesClient client, string space, CancellationToken cancellationToken)
    {
        var path = $"{Namespaces}/{space}/configmaps";
        var query = ResourceQueries.ConfigMapsNamed(space, Object);
        var listed = await client.ListAsync(query, cancellationToken);
        if (!listed.TryGet(out var list, out var failure))
        {
            return Failed(space, failure);
        }

        var opened = await client.WatchAsync(query, list.Metadata?.ResourceVersion ?? "", Patience, cancellationToken);
        if (!opened.TryGet(out var watch, out failure))
        {
            return Failed(space, failure);
        }

        using (watch)
        {
            var started = time.GetTimestamp();
            var answer = await PostAsync(client, path, $$$"""{"metadata":{"name":"{{{Object}}}"}}""", cancellationToken);
            if (!answer.TryGet(out _, out failure))
            {
                return Failed(space, failure);
            }

            var result = Empty(space) with { CreateMilliseconds = Since(started) };
            if (await SeeAsync(watch, isDeleted: false) is { } unseen)
            {
                return result with { Failure = unseen };
            }

            result = result with { SeenMilliseconds = Since(started) };
            started = time.GetTimestamp();
            var deleted = await DeleteAsync(client, $"{path}/{Object}", cancellationToken);
            var problem = deleted.TryGet(out _, out failure) ? await SeeAsync(watch, isDeleted: true) : failure.Detail;
            return problem is null ? result with { DeleteSeenMilliseconds = Since(started) } : result with { Failure = problem };
        }
    }

    private static async Task<string?> SeeAsync(ResourceWatch<ConfigMap> watch, bool isDeleted)
    {
        while (await watch.ReadAsync() is { } next)
        {
            if (!next.TryGet(out var happened, out var failure))
            {
                return failure.Detail;
            }

            if (!happened.IsBookmark && happened.IsDeleted == isDeleted)
            {
                return null;
            }
        }

        return $"the watch did not see that {Object} was {(isDeleted ? "deleted" : "created")}";
    }

    private static async Task<KubernetesAnswer<AppliedObject>> PostAsync(KubernetesClient client, string path, string json, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await client.SendAsync(HttpMethod.Post, path, content, KubernetesJsonContext.Default.AppliedObject, cancellationToken);
    }

    private static Task<KubernetesAnswer<AppliedObject>> DeleteAsync(KubernetesClient client, string path, CancellationToken cancellationToken) =>
        client.SendAsync(HttpMethod.Delete, path, null, KubernetesJsonContext.Default.AppliedObject, cancellationToken);

    private static WriteResult Empty(string? space) => new(space, null, null, null, null);

    private static WriteResult Failed(string? space, KubernetesFailure failure) => Empty(space) with { Failure = failure.Detail };

    private double Since(long started) => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
}
