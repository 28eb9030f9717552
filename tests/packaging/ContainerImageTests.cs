using System.Text.Json;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>
/// The final stage of the Dockerfile, put together without a container engine: the same files on a Debian with the libraries of its
/// base image, entered by chroot as its user, on a read-only root.
/// </summary>
public sealed class ContainerImageTests(Packages packages)
{
    private const string User = "1654";

    [Fact]
    public async Task StaticPod_HasTheUserOfTheImageAndNoRights()
    {
        Prerequisites.Demand();
        Assert.Contains($"\nUSER {User}:{User}\n", await File.ReadAllTextAsync(Repository.Path("Dockerfile")), StringComparison.Ordinal);

        // With --local kubectl asks no cluster: it reads the manifest into its own types, and drops what is none of their fields.
        var pod = (await Command.RunAsync("kubectl", "label", "--local", "--filename", "configs/static-pod.yaml", "tested=true", "--output", "json")).Succeeded();
        var spec = JsonDocument.Parse(pod).RootElement.GetProperty("spec");

        Assert.Equal(User, spec.GetProperty("securityContext").GetProperty("runAsUser").ToString());
        var container = spec.GetProperty("containers")[0].GetProperty("securityContext");
        Assert.True(container.GetProperty("readOnlyRootFilesystem").GetBoolean());
        Assert.Equal("ALL", container.GetProperty("capabilities").GetProperty("drop")[0].GetString());
    }

    [Fact]
    public async Task Binary_RunsWithoutRightsOnAReadOnlyRoot()
    {
        await using var host = await LoadBalancerHost.BootAsync(packages.Tree);
        var machine = host.Machine;
        await machine.RunAsync($"mkdir --parents /image && mount --bind / /image && mount -o remount,ro,bind /image && mount -t proc proc /image/proc && mount -t tmpfs -o uid={User},mode=0750 tmpfs /image/run");
        await machine.RunAsync("mount -t tmpfs tmpfs /image/usr/local && cp /packages/build-amd64/published/apilb /image/usr/local/");
        await machine.RunAsync($"mount -t tmpfs tmpfs /image/srv && cat > /image/srv/apilb.yaml <<'EOF'\n{host.Configuration}EOF\nmkdir /image/run/apilb && chown {User} /image/run/apilb");
        const string Enter = $"chroot --userspec={User}:{User} /image env --ignore-environment DOTNET_EnableDiagnostics=0 /usr/local/apilb";

        await machine.RunAsync($"systemd-run --quiet --unit=image --property=Type=exec --working-directory=/ {Enter} run --config /srv/apilb.yaml");

        await EndToEndTests.Eventually.HoldsAsync("its health check passes", TimeSpan.FromMinutes(1), async () =>
            await machine.TryAsync($"{Enter} status") is { ExitCode: not 0 } failed ? failed + await machine.RunAsync("journalctl --unit=image --no-pager") : null);
        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
        Assert.NotEqual(0, (await machine.TryAsync($"chroot --userspec={User}:{User} /image touch /tmp/x")).ExitCode);
        await machine.RunAsync("systemctl stop image");
        Assert.Equal("success", await machine.RunAsync("systemctl show --value --property=Result image"));
    }
}
