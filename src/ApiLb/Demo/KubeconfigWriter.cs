using System.Text;

namespace ApiLb.Demo;

/// <summary>Writes the kubeconfig that leads kubectl through the balancer.</summary>
internal static class KubeconfigWriter
{
    /// <param name="path">Where to write it, mode 0600.</param>
    /// <param name="server">The balancer's address: <c>https://127.0.0.1:6443</c>.</param>
    /// <param name="caPem">The CA that signed the stand-ins' certificates.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static Task WriteAsync(string path, string server, string caPem, CancellationToken cancellationToken) =>
        DemoDirectory.WritePrivateAsync(path, Format(server, caPem), cancellationToken);

    /// <summary>The token is a dummy: without any credential kubectl would ask for a user name.</summary>
    public static string Format(string server, string caPem) =>
        $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: apilb-demo
          cluster:
            server: {server}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(caPem))}
        users:
        - name: demo
          user:
            token: demo
        contexts:
        - name: apilb-demo
          context:
            cluster: apilb-demo
            user: demo
        current-context: apilb-demo

        """;
}
