using System.Net;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>
/// How a stranger comes to trust a cluster, as <c>kubeadm join</c> does: it reads the public ConfigMap <c>kube-public/cluster-info</c>
/// from whoever answers, believes it only if the CA in it has a pinned public key, and reads it again from a server whose
/// certificate that CA has signed. No credentials are sent. Thread-safe.
/// </summary>
/// <param name="pins">Of which the CA must have one; several while it is replaced.</param>
/// <param name="token">Must have signed what is read; null: the pin alone decides.</param>
/// <param name="time">The clock of deadlines and of the CA's dates.</param>
internal sealed class ClusterIntroduction(IReadOnlyList<PublicKeyPin> pins, BootstrapToken? token, TimeProvider time)
{
    private const string Path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
    private const string KubeconfigKey = "kubeconfig";
    private const string SignaturePrefix = "jws-kubeconfig-";

    /// <summary>Asks one apiserver.</summary>
    /// <param name="host">Its name or address, which its certificate must cover.</param>
    /// <param name="endPoint">Where it is dialled.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<KubernetesAnswer<PublicCluster>> AskAsync(string host, EndPoint endPoint, CancellationToken cancellationToken)
    {
        var connector = new ApiConnector(() => [endPoint], time);
        string first;
        using (var anybody = KubernetesClient.CreateUnverified(host, connector, time))
        {
            if (!(await ReadAsync(anybody, cancellationToken)).TryGet(out var read, out var failure))
            {
                return failure;
            }

            first = read;
        }

        if (!PinnedCluster.Recognise(first, pins, time.GetUtcNow()).TryGet(out var pinned, out var doubt))
        {
            return doubt;
        }

        return await VerifyAsync(pinned, host, connector, first, cancellationToken) is { } problem ? problem : pinned.Cluster;
    }

    /// <summary>Whether one more apiserver has a certificate of a cluster that is known already.</summary>
    /// <returns>Why not; null: it has.</returns>
    public async Task<KubernetesFailure?> RecogniseAsync(PublicCluster cluster, string host, EndPoint endPoint, CancellationToken cancellationToken)
    {
        var answer = await ReadVerifiedAsync(cluster.Authority, host, new ApiConnector(() => [endPoint], time), cancellationToken);
        return answer.TryGet(out _, out var failure) ? null : failure;
    }

    private async Task<KubernetesAnswer<string>> ReadAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Get, Path, null, KubernetesJsonContext.Default.ConfigMap, cancellationToken);
        if (!answer.TryGet(out var map, out var failure))
        {
            return Explain(failure);
        }

        if (map.Data?.GetValueOrDefault(KubeconfigKey) is not { Length: > 0 } kubeconfig)
        {
            return new KubernetesFailure(
                KubernetesFailureKind.Malformed, "its cluster-info holds no kubeconfig; run `kubeadm init phase bootstrap-token` on a control-plane host");
        }

        return CheckSignature(map.Data, kubeconfig) is { } doubt ? doubt : kubeconfig;
    }

    private KubernetesFailure? CheckSignature(IReadOnlyDictionary<string, string> data, string kubeconfig)
    {
        if (token is null)
        {
            return null;
        }

        if (data.GetValueOrDefault(SignaturePrefix + token.Id) is not { } signature)
        {
            return new KubernetesFailure(
                KubernetesFailureKind.Untrusted,
                $"its cluster-info is not signed by token {token.Id}: the token has expired or belongs to another cluster. Make one with `kubeadm token create`, or leave out --token");
        }

        return DetachedSignature.IsValid(signature, kubeconfig, token)
            ? null
            : new KubernetesFailure(
                KubernetesFailureKind.Untrusted,
                $"the signature of its cluster-info by token {token.Id} is wrong: the token is mistyped, or somebody else answers in the cluster's place");
    }

    private async Task<KubernetesFailure?> VerifyAsync(
        PinnedCluster pinned, string host, ApiConnector connector, string first, CancellationToken cancellationToken)
    {
        var answer = await ReadVerifiedAsync(pinned.Authority, host, connector, cancellationToken);
        if (!answer.TryGet(out var second, out var failure))
        {
            return failure;
        }

        return string.Equals(first, second, StringComparison.Ordinal)
            ? null
            : new KubernetesFailure(
                KubernetesFailureKind.Untrusted, "its cluster-info was another one when it was read again over verified TLS: somebody in between changed it; try again from another network");
    }

    private async Task<KubernetesAnswer<string>> ReadVerifiedAsync(string authority, string host, ApiConnector connector, CancellationToken cancellationToken)
    {
        var config = new Kubeconfig { Server = new UriBuilder(Uri.UriSchemeHttps, host).Uri, Authority = authority };
        if (!KubernetesClient.Create(config, host, connector, time).TryGet(out var client, out var failure))
        {
            return failure;
        }

        using (client)
        {
            return await ReadAsync(client, cancellationToken);
        }
    }

    private static KubernetesFailure Explain(KubernetesFailure failure) => failure.Kind switch
    {
        KubernetesFailureKind.NotFound => failure with
        {
            Detail = "it has no ConfigMap kube-public/cluster-info: its cluster was not made by kubeadm, or is not yet: `kubeadm init phase bootstrap-token` makes it",
        },
        KubernetesFailureKind.Unauthorized or KubernetesFailureKind.Forbidden => failure with
        {
            Detail = $"it does not let strangers read kube-public/cluster-info ({failure.Detail}): copy /etc/kubernetes/pki/ca.crt from a control-plane host instead",
        },
        _ => failure,
    };
}
