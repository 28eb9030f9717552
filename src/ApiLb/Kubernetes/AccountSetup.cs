using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ApiLb.Kubernetes;

/// <summary>Makes the daemon's own account in a cluster, with an administrator's credentials.</summary>
internal sealed class AccountSetup(KubernetesClient client, TimeProvider time)
{
    private const string Account = "/api/v1/namespaces/kube-system/serviceaccounts/apilb";
    private const string SecretPath = "/api/v1/namespaces/kube-system/secrets/apilb-token";

    /// <summary>The controller manager needs a moment to fill the secret.</summary>
    private const int MostLooks = 20;

    private const string SecretYaml =
        """
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/service-account-token
        metadata:
          name: apilb-token
          namespace: kube-system
          annotations:
            kubernetes.io/service-account.name: apilb
        """;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates the object, or makes it what it should be.</summary>
    /// <returns>Why not; null: done.</returns>
    public Task<KubernetesFailure?> ApplyAsync(Manifest manifest, CancellationToken cancellationToken) =>
        ApplyAsync(manifest.Path, manifest.Yaml, cancellationToken);

    /// <summary>A token of the account that ends by itself, or, where a server cannot issue such, one that does not.</summary>
    public async Task<KubernetesAnswer<AccountToken>> RequestTokenAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(TokenRequest.For(duration), KubernetesJsonContext.Default.TokenRequest);
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await client.SendAsync(HttpMethod.Post, Account + "/token", content, KubernetesJsonContext.Default.TokenRequest, cancellationToken);
        if (!answer.TryGet(out var issued, out var failure))
        {
            return failure.Kind == KubernetesFailureKind.NotFound ? await RequestLastingTokenAsync(cancellationToken) : failure;
        }

        return issued.Status?.Token is { Length: > 0 } token
            ? new AccountToken(token, issued.Status.ExpirationTimestamp)
            : new KubernetesFailure(KubernetesFailureKind.Malformed, "the answer has no token");
    }

    private async Task<KubernetesAnswer<AccountToken>> RequestLastingTokenAsync(CancellationToken cancellationToken)
    {
        if (await ApplyAsync(SecretPath, SecretYaml, cancellationToken) is { } failure)
        {
            return failure;
        }

        for (var look = 0; look < MostLooks; look++)
        {
            var answer = await client.SendAsync(HttpMethod.Get, SecretPath, null, KubernetesJsonContext.Default.TokenSecret, cancellationToken);
            if (!answer.TryGet(out var secret, out var problem))
            {
                return problem;
            }

            if (secret.Data?.Token is { Length: > 0 } token)
            {
                var bytes = new byte[token.Length];
                return Convert.TryFromBase64String(token, bytes, out var length)
                    ? new AccountToken(Encoding.UTF8.GetString(bytes, 0, length), null)
                    : new KubernetesFailure(KubernetesFailureKind.Malformed, "the token in the secret kube-system/apilb-token is not base64");
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        return new KubernetesFailure(KubernetesFailureKind.TimedOut, "the controller manager does not fill the secret kube-system/apilb-token");
    }

    // Server-side apply creates and changes alike: https://kubernetes.io/docs/reference/using-api/server-side-apply/
    private async Task<KubernetesFailure?> ApplyAsync(string path, string yaml, CancellationToken cancellationToken)
    {
        using var content = new StringContent(yaml);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        var url = path + "?fieldManager=apilb&force=true";
        var answer = await client.SendAsync(HttpMethod.Patch, url, content, KubernetesJsonContext.Default.AppliedObject, cancellationToken);
        return answer.TryGet(out _, out var failure) ? null : failure;
    }
}
