using ApiLb.Configuration;

namespace ApiLb.Probing;

/// <summary>What the checks of one backend ask for. Built as text: UriBuilder would escape the question mark of a path.</summary>
internal sealed class ProbeTargets(string scheme, string name, BackendAddress address, HealthOptions options)
{
    /// <summary>What the check is.</summary>
    public Uri Check { get; } = Of(scheme, name, address, options.Path);

    /// <summary>Whether the process should live on; null when the backend is no apiserver.</summary>
    public Uri? Liveness { get; } = options.Type == HealthCheckType.KubeApiserver ? Of(scheme, name, address, "/livez") : null;

    /// <summary>Null when the backend is no apiserver.</summary>
    public Uri? Version { get; } = options.Type == HealthCheckType.KubeApiserver ? Of(scheme, name, address, "/version") : null;

    /// <summary>The part before the path.</summary>
    public static string ServerOf(string scheme, string name, BackendAddress address)
    {
        var host = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        var port = address.IsUnix ? "" : $":{address.Port}";
        return $"{scheme}://{host}{port}";
    }

    private static Uri Of(string scheme, string name, BackendAddress address, string path) => new(ServerOf(scheme, name, address) + path);
}
