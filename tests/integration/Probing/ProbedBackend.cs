using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>One backend and its prober, without the loop: one call, one check.</summary>
internal sealed class ProbedBackend : IAsyncDisposable
{
    private readonly Backend _backend;
    private readonly ProberFactory _factory;
    private readonly IProber _prober;
    private readonly HealthOptions _options;

    public ProbedBackend(string host, int port, HealthOptions options, ILogger? logger = null, string? endpoint = null)
    {
        _options = options;
        BackendOptions backend = new() { Name = "cp1", Address = new BackendAddress(host, port) };
        _backend = new Backend("control-plane", backend, new HealthPolicy(2, 2, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        _factory = new ProberFactory(options, endpoint, ProxyProtocolVersion.None, TimeProvider.System, logger ?? NullLogger.Instance);
        _prober = _factory.Create(_backend);
    }

    public async Task<ProbeVerdict> CheckAsync(bool needsFresh = false)
    {
        using ProbeDeadline deadline = new(TimeProvider.System, _options.Timeout, CancellationToken.None);
        return await _prober.ProbeAsync(_backend.EndPoint!, needsFresh, deadline.Token);
    }

    public ValueTask<BackendFacts?> LearnAsync() => _prober.LearnAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _prober.DisposeAsync();
        _factory.Dispose();
    }
}
