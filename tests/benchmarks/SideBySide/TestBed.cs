using System.Globalization;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;

namespace ApiLb.Benchmarks.SideBySide;

/// <summary>What stays the same for all balancers: the backends, the options and a temporary folder. Removes all of it when disposed.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly string _directory;
    private int _starts;

    private TestBed(string directory, NginxBackends backends, SideBySideOptions options)
    {
        _directory = directory;
        Backends = backends;
        Options = options;
    }

    public NginxBackends Backends { get; }

    public SideBySideOptions Options { get; }

    public static async Task<TestBed> CreateAsync(string directory, SideBySideOptions options, CancellationToken cancellationToken)
    {
        var backends = await NginxBackends.StartAsync(Path.Combine(directory, "backends"), options.Tls, cancellationToken);
        return new TestBed(directory, backends, options);
    }

    /// <summary>Starts a fresh process: no measurement sees the heap or the caches that another one left.</summary>
    public Task<RunningBalancer> StartAsync(IBalancer balancer, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{balancer.Name}-{++_starts}");
        return RunningBalancer.StartAsync(balancer, Backends, Path.Combine(_directory, name), cancellationToken);
    }

    public ValueTask DisposeAsync() => Backends.DisposeAsync();
}
