using System.Collections.Concurrent;
using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Validation;

namespace ApiLb.IntegrationTests.Validation;

/// <summary>Three stand-ins for apiservers, each with a certificate of its own, behind a daemon in this process.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver[] _apiservers;
    private RunningDaemon _daemon = null!;

    private ControlPlane() => _apiservers = [.. Enumerable.Range(0, 3).Select(_ => new FakeApiserver(_ca.Issue("kubernetes")))];

    public FakeApiserver this[int index] => _apiservers[index];

    public ConcurrentQueue<ValidationProgress> Progress { get; } = [];

    /// <summary>What a validation on the balancer's host begins with.</summary>
    public ValidationPlan Plan => new()
    {
        Balancer = _daemon.EndPoint,
        ServerName = "kubernetes",
        Authority = _ca.Pem,
        Apiservers = [.. _apiservers.Select((a, i) => new ApiserverAddress($"cp{i + 1}", new IPEndPoint(IPAddress.Loopback, a.Port)))],
    };

    public static async Task<ControlPlane> StartAsync()
    {
        ControlPlane plane = new();
        var backends = plane._apiservers.Select((a, i) => new BackendOptions { Name = $"cp{i + 1}", Address = new BackendAddress("127.0.0.1", a.Port) });
        var options = Setup.Tls([.. backends]).With(BalancePolicy.RoundRobin);
        plane._daemon = await RunningDaemon.StartAsync(options);
        return plane;
    }

    public Task<ValidationReport> ValidateAsync(ValidationPlan plan, Action<ValidationProgress>? tell = null, CancellationToken enough = default) =>
        new Validator(plan, TimeProvider.System, tell ?? Progress.Enqueue).RunAsync(enough, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        foreach (var apiserver in _apiservers)
        {
            await apiserver.DisposeAsync();
        }

        _ca.Dispose();
    }
}
