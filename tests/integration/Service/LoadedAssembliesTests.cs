using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>What nobody has configured costs nothing.</summary>
public sealed class LoadedAssembliesTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly ClusterCa _ca = new();

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GrpcIsLoaded_OnlyWhenEtcdIsWatched(bool isWatched)
    {
        var etcd = isWatched ? $"etcd: {{ members: [127.0.0.1:1], caFile: {_ca.File} }}\n" : "";
        using var configuration = ConfigurationOnDisk.In(folder =>
            $$"""
            listeners:
              api: { bind: "unix:{{folder}}/listener.sock", protocol: tcp, pool: control-plane }
            pools:
              control-plane: { backends: ["cp1=127.0.0.1:{{_cp1.Port}}"], health: { type: tcp } }
            admin: { socket: {{folder}}/admin.sock, listen: none }

            """ + etcd);
        await using var apilb = ApilbProcess.Start(["run", "--config", configuration.File]);
        await apilb.SaysAsync("is ready");

        var files = await File.ReadAllTextAsync($"/proc/{apilb.Id}/maps");

        Assert.Contains("/apilb.dll", files, StringComparison.Ordinal);
        Assert.All(["/Grpc.Net.Client.dll", "/dotnet-etcd.dll"], name => Assert.Equal(isWatched, files.Contains(name, StringComparison.Ordinal)));
    }
}
