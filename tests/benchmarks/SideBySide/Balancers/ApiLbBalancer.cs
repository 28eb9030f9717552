using System.Globalization;
using System.Net;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>ApiLb with its defaults: <c>protocol: tcp</c>, or <c>protocol: tls</c> in front of TLS backends.</summary>
/// <param name="name">In the report.</param>
/// <param name="program">Its binary.</param>
/// <param name="exports">Metrics, logs and traces go to the first backend, which takes them and says nothing.</param>
/// <param name="isCompiledOnce">What is used often is not compiled a second time; its memory then does not move without a cause.</param>
internal sealed class ApiLbBalancer(string name, string program, bool exports = false, bool isCompiledOnce = false) : IBalancer
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
        string[] arguments = ["run", "--config", $"{directory}/apilb.yaml"];
        return isCompiledOnce ? new Launch("env", ["DOTNET_TieredCompilation=0", program, .. arguments]) : new Launch(program, arguments);
    }
}
