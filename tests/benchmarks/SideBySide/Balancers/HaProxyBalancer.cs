using System.Globalization;
using System.Net;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>HAProxy as kubeadm's documentation sets it up, less the logging, with long timeouts.</summary>
/// <param name="name">Its name in the report.</param>
/// <param name="threads">Value of <c>nbthread</c>.</param>
/// <param name="splices">Forces splicing both ways, which kubeadm's documentation does not.</param>
internal sealed class HaProxyBalancer(string name, int threads, bool splices) : IBalancer
{
    public string Name => name;

    public async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var output = await Tool.RunAsync(new Launch("haproxy", ["-v"]), cancellationToken);
        return output.Split('\n')[0].Split(" - ")[0];
    }

    public Launch Prepare(string directory, IPEndPoint listener, IReadOnlyList<IPEndPoint> backends, bool isTls)
    {
        // Pipes take descriptors too; HAProxy's own guess, a quarter of maxconn, would exceed 20,000 together with maxconn.
        var pipes = splices ? "maxpipes 200" : "";
        var splice = splices ? "option splice-request\n    option splice-response" : "";
        var servers = string.Join("\n", backends.Select((backend, i) => string.Create(CultureInfo.InvariantCulture, $"    server b{i + 1} {backend} check")));
        File.WriteAllText($"{directory}/haproxy.cfg", string.Create(CultureInfo.InvariantCulture, $$"""
            global
                maxconn 9500
                nbthread {{threads}}
                {{pipes}}
            defaults
                mode tcp
                timeout connect 10s
                timeout client 1h
                timeout server 1h
                timeout check 10s
                {{splice}}
            frontend bench
                bind {{listener}} backlog 4096
                default_backend bench
            backend bench
                option tcp-check
                balance leastconn
            {{servers}}

            """));
        return new Launch("haproxy", ["-db", "-f", $"{directory}/haproxy.cfg"]);
    }
}
