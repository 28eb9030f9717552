using System.Text;

namespace ApiLb.Kubernetes;

/// <summary>The kubeconfig of an account that has a token.</summary>
internal static class TokenKubeconfig
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="server">Where people reach the cluster; the daemon asks its pool's own backends instead.</param>
    /// <param name="authority">PEM of the cluster's CA.</param>
    /// <param name="token">Of the account.</param>
    public static string Format(Uri server, string authority, string token) =>
        $"""
        apiVersion: v1
        kind: Config
        clusters:
          - name: cluster
            cluster:
              server: {server.GetLeftPart(UriPartial.Authority)}
              certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))}
        users:
          - name: apilb
            user:
              token: {token}
        contexts:
          - name: apilb
            context: {"{"} cluster: cluster, user: apilb {"}"}
        current-context: apilb

        """;

    /// <summary>Replaces the file as a whole; only its owner may read it.</summary>
    /// <exception cref="IOException">It cannot be written. So may <see cref="UnauthorizedAccessException"/>.</exception>
    public static async Task WriteAsync(string path, string content, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using (var writer = new StreamWriter(temporary, options))
        {
            await writer.WriteAsync(content.AsMemory(), cancellationToken);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
