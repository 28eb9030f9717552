using System.Text;

namespace ApiLb.Kubernetes;

/// <summary>
/// What the current context of a kubeconfig says, before the files that it names are read. Each PEM is there itself or in a file.
/// </summary>
internal sealed record KubeconfigText
{
    public required Uri Server { get; init; }

    public string? TlsServerName { get; init; }

    public required Pem Authority { get; init; }

    public Pem? Certificate { get; init; }

    public Pem? Key { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    /// <exception cref="FormatException">It cannot be used; the message says why and is the end of a sentence about the file.</exception>
    public static KubeconfigText Parse(string yaml)
    {
        var root = YamlTree.Parse(yaml);
        var contextName = root["current-context"].Text ?? throw new FormatException("has no current-context");
        var context = Named(root, "contexts", "context", contextName);
        var cluster = Named(root, "clusters", "cluster", context["cluster"].Text ?? "");
        var user = Named(root, "users", "user", context["user"].Text ?? "");
        RefuseWhatIsNotSupported(cluster, user);
        var text = new KubeconfigText
        {
            Server = ServerOf(cluster),
            TlsServerName = cluster["tls-server-name"].Text,
            Authority = PemOf(cluster, "certificate-authority")
                ?? throw new FormatException("has no certificate-authority-data: without the cluster's CA anybody could answer"),
            Certificate = PemOf(user, "client-certificate"),
            Key = PemOf(user, "client-key"),
            Token = user["token"].Text,
            TokenFile = user["tokenFile"].Text,
        };
        RequireCredentials(text);
        return text;
    }

    private static YamlTree Named(YamlTree root, string list, string kind, string name) =>
        root[list].Items.FirstOrDefault(item => item["name"].Text == name)?[kind]
        ?? throw new FormatException($"has no {kind} \"{KubernetesFailure.Shorten(name)}\"");

    private static void RefuseWhatIsNotSupported(YamlTree cluster, YamlTree user)
    {
        if (cluster["insecure-skip-tls-verify"].Text is "true")
        {
            throw new FormatException("has insecure-skip-tls-verify: true, which lets anybody answer; give it the cluster's certificate-authority-data");
        }

        if (cluster.Has("proxy-url"))
        {
            throw new FormatException("has a proxy-url; apiservers are asked directly");
        }

        foreach (var (key, what) in (ReadOnlySpan<(string, string)>)[
            ("exec", "runs a program (exec) for its credentials"),
            ("auth-provider", "uses an auth-provider"),
            ("username", "uses a user name and password"),
            ("as", "impersonates another user (as)"),
        ])
        {
            if (user.Has(key))
            {
                throw new FormatException($"{what}, which is not supported; `apilb kubeconfig` makes one with a token");
            }
        }
    }

    private static Uri ServerOf(YamlTree cluster)
    {
        var text = cluster["server"].Text ?? throw new FormatException("has no server");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme == Uri.UriSchemeHttps && server.PathAndQuery == "/"
            ? server
            : throw new FormatException($"has the server \"{KubernetesFailure.Shorten(text)}\", which is not of the form https://HOST:PORT");
    }

    private static Pem? PemOf(YamlTree section, string key)
    {
        if (section[key + "-data"].Text is not { } data)
        {
            return section[key].Text is { } file ? new Pem(null, file) : null;
        }

        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length)
            ? new Pem(Encoding.UTF8.GetString(bytes, 0, length), null)
            : throw new FormatException($"has a {key}-data that is not base64");
    }

    private static void RequireCredentials(KubeconfigText text)
    {
        if (text.Certificate is null != text.Key is null)
        {
            throw new FormatException("has only one of client-certificate and client-key");
        }

        if (text.Certificate is null && text.Token is null && text.TokenFile is null)
        {
            throw new FormatException("has a user without credentials; it needs a token, a tokenFile, or client-certificate-data and client-key-data");
        }
    }

    /// <summary>One of both is set.</summary>
    internal sealed record Pem(string? Content, string? File);
}
