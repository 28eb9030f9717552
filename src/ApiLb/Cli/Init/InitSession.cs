using System.Text;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Kubernetes.Introduction;

namespace ApiLb.Cli.Init;

/// <summary>
/// One run of <c>apilb init</c>: look whether anything is in the way, fetch and verify the cluster's CA, write two files, say what is
/// next. What it writes goes to <c>output</c>, what it tells to <c>log</c>.
/// </summary>
internal sealed class InitSession(InitSettings settings, TextWriter output, TextWriter log)
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly ClusterIntroduction _introduction = new(settings.Pins, settings.Token, TimeProvider.System);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var shipped = await InitialConfiguration.LoadShippedAsync();
        if (!settings.IsDryRun && await FindInTheWayAsync(shipped, cancellation) is { } inTheWay)
        {
            return await FailAsync($"{inTheWay} is there already, and nothing is ever overwritten: move it away, choose another --directory, or look with --dry-run");
        }

        if (await FindClusterAsync(cancellation) is not { } cluster)
        {
            return await FailAsync("nobody could be asked for the cluster's CA: nothing was written");
        }

        var yaml = FillIn(shipped, cluster);
        if (settings.IsDryRun)
        {
            await PrintAsync(settings.CaFile, cluster.Authority);
            await PrintAsync(settings.ConfigurationFile, yaml);
            await log.WriteLineAsync("Nothing was written.");
            return ExitCode.Success;
        }

        return await WriteAsync(cluster.Authority, yaml, cancellation);
    }

    /// <summary>The file that packages install is nobody's work as long as nobody has changed it.</summary>
    private async Task<string?> FindInTheWayAsync(string shipped, CancellationToken cancellation)
    {
        if (Path.Exists(settings.CaFile))
        {
            return settings.CaFile;
        }

        var present = await BoundedFile.ReadAsync(settings.ConfigurationFile, Encoding.UTF8.GetMaxByteCount(shipped.Length), cancellation);
        var isUntouched = present.TryGet(out var bytes, out _) && bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(shipped));
        return Path.Exists(settings.ConfigurationFile) && !isUntouched ? settings.ConfigurationFile : null;
    }

    /// <summary>The first apiserver that introduces a cluster decides; the others are only compared with it.</summary>
    private async Task<PublicCluster?> FindClusterAsync(CancellationToken cancellation)
    {
        PublicCluster? cluster = null;
        foreach (var endpoint in settings.Endpoints)
        {
            if (cluster is not null)
            {
                var problem = await _introduction.RecogniseAsync(cluster, endpoint.Address.Host, endpoint.EndPoint, cancellation);
                await log.WriteLineAsync(problem is null ? $"{endpoint}: belongs to the same cluster" : $"{endpoint}: warning: not seen as part of this cluster yet: {problem.Detail}");
            }
            else if ((await _introduction.AskAsync(endpoint.Address.Host, endpoint.EndPoint, cancellation)).TryGet(out cluster, out var failure))
            {
                await log.WriteLineAsync($"{endpoint}: the cluster's CA fits the hash{(settings.Token is null ? "" : $" and is signed by token {settings.Token.Id}")}");
            }
            else
            {
                await log.WriteLineAsync($"{endpoint}: {failure.Detail}");
            }
        }

        return cluster;
    }

    private string FillIn(string shipped, PublicCluster cluster)
    {
        var configuration = new InitialConfiguration
        {
            Endpoints = settings.Endpoints,
            CaFile = settings.CaFile,
            ControlPlaneEndpoint = EndpointOf(cluster),
            Kubeconfig = settings.Kubeconfig,
        };
        return configuration.FillIn(shipped);
    }

    /// <summary>Where clients reach the cluster; null when that is an apiserver itself, as without a load balancer.</summary>
    private BackendAddress? EndpointOf(PublicCluster cluster) =>
        cluster.Server is { } server
        && ServerAddress.Parse(new BackendAddress(server.IdnHost.Trim('[', ']'), server.Port).ToString()).TryGet(out var address, out _)
        && settings.Endpoints.All(e => e.Address != address)
            ? address
            : null;

    private async Task<int> WriteAsync(string authority, string yaml, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(settings.Directory);
            await WriteFileAsync(settings.CaFile, authority, cancellation);
            File.Delete(settings.ConfigurationFile); // as it was installed, or not there
            await WriteFileAsync(settings.ConfigurationFile, yaml, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await FailAsync($"cannot write into {settings.Directory}: {e.Message}");
        }

        await output.WriteLineAsync("Next:");
        if (settings.Kubeconfig is { } kubeconfig)
        {
            await output.WriteLineAsync($"  apilb kubeconfig --out {kubeconfig}    # where /etc/kubernetes/admin.conf is; then copy it here");
        }

        await output.WriteLineAsync($"  apilb check --config {settings.ConfigurationFile}");
        await output.WriteLineAsync($"  apilb doctor --config {settings.ConfigurationFile}");
        await output.WriteLineAsync("  systemctl enable --now apilb");
        return ExitCode.Success;
    }

    private async Task WriteFileAsync(string path, string content, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        await using (var writer = new StreamWriter(path, options))
        {
            await writer.WriteAsync(EndLine(content).AsMemory(), cancellation);
        }

        // Whatever root's umask is: the daemon's own user reads both.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, ReadableByAll);
        }

        await log.WriteLineAsync($"wrote {path}");
    }

    private async Task PrintAsync(string path, string content)
    {
        await output.WriteLineAsync($"==> {path} <==");
        await output.WriteAsync(EndLine(content));
    }

    private static string EndLine(string content) => content.EndsWith('\n') ? content : content + "\n";

    private async Task<int> FailAsync(string message)
    {
        await log.WriteLineAsync($"apilb init: {message}");
        return ExitCode.Failure;
    }
}
