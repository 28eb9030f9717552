using System.Net;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>The programs that are compared: each with one port in the clear and one with TLS and HTTP/2, and without an access log.</summary>
internal static class HttpProxies
{
    public const string ApiLb = "apilb";
    public const string ApiLbWithoutProfile = "apilb-no-profile";
    public const string Reference = "nginx";
    public const string Yarp = "yarp";
    private const string ReferenceWithRoutes = "nginx-routes";
    private const string HaProxy = "haproxy";

    public static IReadOnlyList<string> Names { get; } = [ApiLb, ApiLbWithoutProfile, Reference, ReferenceWithRoutes, HaProxy, Yarp];

    /// <param name="name">Of <see cref="Names"/>.</param>
    /// <param name="place">Folder and ports.</param>
    /// <param name="backends">Who answers.</param>
    /// <param name="apilb">The binary to be measured.</param>
    public static Launch Prepare(string name, HttpPlace place, IReadOnlyList<IPEndPoint> backends, string apilb)
    {
        switch (name)
        {
            case ApiLb:
                File.WriteAllText(place.PathOf("apilb.yaml"), ApiLbConfiguration(place, backends));
                return new Launch(apilb, ["run", "--config", place.PathOf("apilb.yaml")]);
            case ApiLbWithoutProfile:
                File.WriteAllText(place.PathOf("apilb.yaml"), ApiLbConfiguration(place, backends));
                return new Launch("env", ["DOTNET_TieredPGO=0", apilb, "run", "--config", place.PathOf("apilb.yaml")]);
            case Reference or ReferenceWithRoutes:
                File.WriteAllText(place.PathOf("nginx.conf"), NginxProxy.Configuration(place, backends, hasRoutes: name == ReferenceWithRoutes));
                return new Launch("nginx", ["-p", place.Folder, "-e", "stderr", "-c", place.PathOf("nginx.conf")]);
            case HaProxy:
                File.WriteAllText(place.PathOf("haproxy.cfg"), HaProxyConfiguration(place, backends));
                return new Launch("haproxy", ["-db", "-f", place.PathOf("haproxy.cfg")]);
            case Yarp:
                return BareYarpCommand.Launch(place, backends);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, $"is none of {string.Join(", ", Names)}");
        }
    }

    // As people would run it: routes that do not match before one that does, limits, a rate limit that nobody reaches, checks by HTTP.
    private static string ApiLbConfiguration(HttpPlace place, IReadOnlyList<IPEndPoint> backends)
    {
        var routes = """
                limits: { maxConnections: 9000, maxConnectionsPerSource: 9000 }
                routes:
                  - { host: other.example.com, pool: bench }
                  - { host: "*.example.org", path: /api, pool: bench }
                  - { path: /1k, pool: bench, deny: [192.0.2.0/24], rateLimit: { requests: 100000, burst: 100000 } }
            """;
        return $$"""
            listeners:
              plain:
                bind: "{{place.Plain}}"
                protocol: http
                pool: bench
            {{routes}}
              tls:
                bind: "{{place.Tls}}"
                protocol: https
                pool: bench
                tls: { certificateFile: {{place.Certificate}}, keyFile: {{place.Key}} }
            {{routes}}
            pools:
              bench:
                balance: least-connections
                backends: [{{string.Join(", ", backends.Select((b, i) => $"\"b{i + 1}={b}\""))}}]
                health: { type: http, path: /1k }
            admin: { socket: {{place.PathOf("admin.sock")}}, listen: {{FreePort.Next()}} }

            """;
    }

    private static string HaProxyConfiguration(HttpPlace place, IReadOnlyList<IPEndPoint> backends)
    {
        File.WriteAllText(place.PathOf("both.pem"), $"{File.ReadAllText(place.Certificate)}\n{File.ReadAllText(place.Key)}\n");
        return $$"""
            global
                maxconn 9000
                nbthread 1
            defaults
                mode http
                timeout connect 10s
                timeout client 1h
                timeout server 1h
                option forwardfor
            frontend bench
                bind {{place.Plain}} backlog 4096
                bind {{place.Tls}} ssl crt {{place.PathOf("both.pem")}} alpn h2,http/1.1 backlog 4096
                default_backend bench
            backend bench
                balance leastconn
                http-reuse always
                option httpchk GET /1k
            {{string.Join("\n", backends.Select((b, i) => $"    server b{i + 1} {b} check"))}}

            """;
    }
}
