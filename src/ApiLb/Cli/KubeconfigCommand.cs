using System.CommandLine;
using System.Globalization;
using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Kubernetes;

namespace ApiLb.Cli;

/// <summary><c>apilb kubeconfig</c>: with an administrator's credentials once, an account for the daemon that may read addresses.</summary>
internal static class KubeconfigCommand
{
    private const string Summary =
        """
        Create the account with which ApiLb discovers apiservers: its rights, a token, and a kubeconfig that holds it.

        Example: apilb kubeconfig --admin /etc/kubernetes/admin.conf --out /etc/apilb/kubeconfig
        Exit codes: 0 it is written; 1 it is not.
        """;

    private const int HttpsPort = 443;
    private const int LongestDays = 3650;

    public static Command Create()
    {
        var admin = new Option<string>("--admin")
        {
            Description = "A kubeconfig that may create roles; kubeadm's is on every control-plane host.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "/etc/kubernetes/admin.conf",
        };
        var output = new Option<string>("--out") { Description = "Where to write the new one, mode 0600.", HelpName = "FILE", DefaultValueFactory = _ => "/etc/apilb/kubeconfig" };
        var nodes = new Option<bool>("--nodes") { Description = "Also allow what discovery.kubernetes.source: nodes needs." };
        var services = new Option<string[]>("--services")
        {
            Description = "Also allow what discovery.kubernetes.source: service needs, in this namespace; may be repeated.",
            HelpName = "NAMESPACE",
            DefaultValueFactory = _ => [],
        };
        var days = new Option<int>("--days") { Description = "For how long the token shall be valid; the cluster may allow less.", DefaultValueFactory = _ => 365 };
        services.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(space => !KubernetesName.IsLabel(space)) is { } wrong)
            {
                result.AddError($"--services: {Quoted.Of(wrong)} is not the name of a namespace");
            }
        });
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > LongestDays)
            {
                result.AddError($"--days must be 1 to {LongestDays}");
            }
        });
        var dryRun = new Option<bool>("--dry-run") { Description = "Only print what would be applied and written." };
        var command = new Command("kubeconfig", Summary)
        {
            admin,
            output,
            nodes,
            services,
            days,
            dryRun,
        };
        command.SetAction((arguments, cancellation) => arguments.GetValue(dryRun)
            ? PrintAsync(arguments.GetRequiredValue(output), ManifestsAsync(arguments.GetValue(nodes), arguments.GetRequiredValue(services)), cancellation)
            : CreateAsync(
                arguments.GetRequiredValue(admin),
                arguments.GetRequiredValue(output),
                ManifestsAsync(arguments.GetValue(nodes), arguments.GetRequiredValue(services)),
                TimeSpan.FromDays(arguments.GetValue(days)),
                cancellation));
        return command;
    }

    private static async Task<int> PrintAsync(string output, Task<IReadOnlyList<Manifest>> manifests, CancellationToken cancellation)
    {
        await Console.Out.WriteLineAsync(string.Join("\n---\n", (await manifests).Select(m => m.Yaml.TrimEnd())).AsMemory(), cancellation);
        await Console.Error.WriteLineAsync($"Would apply the above, request a token for kube-system/apilb, and write {output}. Nothing was changed.");
        return ExitCode.Success;
    }

    private static async Task<int> CreateAsync(
        string admin, string output, Task<IReadOnlyList<Manifest>> manifests, TimeSpan duration, CancellationToken cancellation)
    {
        var loaded = await KubeconfigFile.LoadAsync(admin, cancellation);
        if (!loaded.TryGet(out var config, out var failure))
        {
            return await FailAsync($"--admin: {failure.Detail}");
        }

        var port = config.Server.IsDefaultPort ? HttpsPort : config.Server.Port;
        var connector = new ApiConnector(() => [EndPointOf(config.Server.IdnHost, port)], TimeProvider.System);
        var created = KubernetesClient.Create(config, config.TlsServerName ?? config.Server.IdnHost, connector, TimeProvider.System);
        if (!created.TryGet(out var client, out failure))
        {
            return await FailAsync($"{admin}: {failure.Detail}");
        }

        using (client)
        {
            var setup = new AccountSetup(client, TimeProvider.System);
            return await CreateAsync(setup, config, output, await manifests, duration, cancellation);
        }
    }

    private static async Task<int> CreateAsync(
        AccountSetup setup, Kubeconfig admin, string output, IEnumerable<Manifest> manifests, TimeSpan duration, CancellationToken cancellation)
    {
        foreach (var manifest in manifests)
        {
            if (await setup.ApplyAsync(manifest, cancellation) is { } problem)
            {
                return await FailAsync($"{admin.Server.Authority}: cannot apply {manifest.Title}: {problem.Detail}");
            }

            await Console.Out.WriteLineAsync($"applied {manifest.Title}");
        }

        var answer = await setup.RequestTokenAsync(duration, cancellation);
        if (!answer.TryGet(out var token, out var failure))
        {
            return await FailAsync($"{admin.Server.Authority}: no token for kube-system/apilb: {failure.Detail}");
        }

        try
        {
            await TokenKubeconfig.WriteAsync(output, TokenKubeconfig.Format(admin.Server, admin.Authority, token.Value), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await FailAsync($"cannot write {output}: {e.Message}");
        }

        var validity = token.ExpiresAt is { } end ? end.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "revoked";
        await Console.Out.WriteLineAsync($"wrote {output}, valid until {validity}. Only its owner may read it: chown apilb: {output}");
        return ExitCode.Success;
    }

    private static EndPoint EndPointOf(string host, int port) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);

    private static async Task<IReadOnlyList<Manifest>> ManifestsAsync(bool nodes, IEnumerable<string> services)
    {
        var manifests = new List<Manifest>(await Manifest.LoadAsync("rbac.yaml"));
        manifests.AddRange(nodes ? await Manifest.LoadAsync("rbac-nodes.yaml") : []);
        foreach (var space in services)
        {
            manifests.AddRange(await Manifest.LoadAsync("rbac-services.yaml", space));
        }

        return manifests;
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return ExitCode.Failure;
    }
}
