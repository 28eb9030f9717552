using System.Globalization;
using System.Net;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>ApiLb with its defaults: <c>protocol: tcp</c>, or <c>protocol: tls</c> in front of TLS backends.</summary>
/// <param name="name">In the report.</param>
/// <param name="program">Its binary.</param>
/// <param name="exports">Metrics, logs and traces go to the first backend, which takes them and says nothing.</param>
internal sealed class ApiLbBalancer(string name, string program, bool exports = false) : IBalancer
{
    public const string BalancerName = "apilb";

    public string Name => name;

    public async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var output = await Tool.RunAsync(new Launch(program, ["--version"]), cancellationToken);
        return output.Trim().Split('\n')[0];
    }

    public Launch Prepare(string directory, IPEndPoint listener, IReadOnlyList<IPEndPoint> backends, bool isTls)
    {
        var protocol = isTls ? "tls" : "tcp";
        var members = string.Join(", ", backends.Select((backend, i) => string.Create(CultureInfo.InvariantCulture, $"\"b{i + 1}={backend}\"")));
        File.WriteAllText($"{directory}/apilb.yaml", $$"""
            listeners:
              bench:
                bind: "{{listener}}"
                protocol: {{protocol}}
                pool: bench
            pools:
              bench:
                balance: least-connections
                backends: [{{members}}]
                health: { type: tcp }
            admin:
              socket: {{directory}}/admin.sock
              listen: {{FreePort.Next()}}
            {{(exports ? string.Create(CultureInfo.InvariantCulture, $"otlp: {{ endpoint: \"http{(isTls ? "s" : "")}://{backends[0]}\" }}") : "")}}

            """);
        return new Launch(program, ["run", "--config", $"{directory}/apilb.yaml"]);
    }
}
