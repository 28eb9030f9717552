using System.Text;

namespace ApiLb.Kubernetes;

/// <summary>Reads a kubeconfig and the files that it names.</summary>
internal static class KubeconfigFile
{
    private const int MaximumBytes = 1024 * 1024;

    /// <summary>Whatever is wrong becomes a failure that names the file.</summary>
    public static async Task<KubernetesAnswer<Kubeconfig>> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = Parse(path, await ReadAsync(path, cancellationToken));
            var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            var key = await ReadAsync(text.Key, folder, cancellationToken);
            return new Kubeconfig
            {
                Server = text.Server,
                TlsServerName = text.TlsServerName,
                Authority = await ReadAsync(text.Authority, folder, cancellationToken) ?? "",
                ClientCertificate = await ReadAsync(text.Certificate, folder, cancellationToken) is { } certificate ? (certificate, key ?? "") : null,
                Token = text.Token,
                TokenFile = text.TokenFile is { } tokenFile ? Path.GetFullPath(tokenFile, folder) : null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new KubernetesFailure(KubernetesFailureKind.Configuration, e.Message);
        }
    }

    /// <summary>The same without a kubeconfig: a token and the cluster's CA, each in a file.</summary>
    public static async Task<KubernetesAnswer<Kubeconfig>> LoadAsync(string tokenFile, string caFile, CancellationToken cancellationToken)
    {
        try
        {
            return new Kubeconfig
            {
                Server = new Uri("https://kubernetes"),
                Authority = await ReadAsync(caFile, cancellationToken),
                TokenFile = tokenFile,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KubernetesFailure(KubernetesFailureKind.Configuration, e.Message);
        }
    }

    /// <summary>The text of a file that ought to be small.</summary>
    /// <exception cref="IOException">It cannot be read, or is not small. So may <see cref="UnauthorizedAccessException"/>.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        var buffer = new byte[MaximumBytes + 1];
        var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaximumBytes ? Encoding.UTF8.GetString(buffer, 0, length) : throw new IOException($"{path} is larger than 1 MiB");
    }

    private static async Task<string?> ReadAsync(KubeconfigText.Pem? pem, string folder, CancellationToken cancellationToken) =>
        pem is null ? null : pem.Content ?? await ReadAsync(Path.GetFullPath(pem.File!, folder), cancellationToken);

    private static KubeconfigText Parse(string path, string yaml)
    {
        try
        {
            return KubeconfigText.Parse(yaml);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path} {e.Message}", e);
        }
    }
}
