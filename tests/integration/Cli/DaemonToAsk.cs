using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary>A daemon in a process of its own before one apiserver, with a client, a haproxy.cfg beside its configuration, and a change in that.</summary>
public sealed class DaemonToAsk : IAsyncLifetime
{
    private const string HaProxyFile =
        """
        global
          lua-load /etc/haproxy/hello.lua
        frontend api
          bind *:16443
          default_backend control-plane
        backend control-plane
          option redispatch
          server cp1 10.0.0.11:6443 check
        """;

    private readonly ClusterCa _ca = new();
    private readonly NamedBackend _other = new("cp2");
    private FakeApiserver _cp1 = null!;
    private ConfigurationOnDisk _configuration = null!;
    private ApilbProcess _daemon = null!;
    private Client _client = null!;

    public string Configuration => _configuration.File;

    public string HaProxyConfiguration => Path.Combine(Path.GetDirectoryName(Configuration)!, "haproxy.cfg");

    internal string Socket => _configuration.AdminSocket;

    public async ValueTask InitializeAsync()
    {
        _cp1 = new FakeApiserver(_ca.Issue("127.0.0.1", "lb.example.com"));
        _configuration = ConfigurationOnDisk.In(Text);
        await File.WriteAllTextAsync(HaProxyConfiguration, HaProxyFile);
        _daemon = ApilbProcess.Start(["run", "--config", Configuration]);
        await _daemon.SaysAsync("is ready");
        _client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp2", await _client.WhoAsync());
        _configuration.Replace("grace: 10m", "grace: 11m");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _daemon.DisposeAsync();
        _configuration.Dispose();
        await _other.DisposeAsync();
        await _cp1.DisposeAsync();
        _ca.Dispose();
    }

    private string Text(string folder) =>
        $$"""
        listeners:
          api: { bind: "unix:{{folder}}/listener.sock", protocol: tcp, pool: control-plane }
          tls: { bind: "unix:{{folder}}/tls.sock", protocol: tls, pool: apiservers }
        pools:
          control-plane:
            backends: ["cp2=127.0.0.1:{{_other.Port}}"]
            health: { type: tcp }
          apiservers:
            backends: ["cp1=127.0.0.1:{{_cp1.Port}}"]
            health: { type: kube-apiserver, caFile: {{_ca.File}} }
        admin: { socket: {{folder}}/admin.sock, listen: none }
        shutdown: { grace: 10m }
        transport: { reactors: 1 }
        """;
}
