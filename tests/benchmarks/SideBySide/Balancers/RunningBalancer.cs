using System.Net;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Clients;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>A balancer that has given its first answer; stopped when disposed.</summary>
internal sealed class RunningBalancer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RunningBalancer(ChildProcess process, IPEndPoint listener, NginxBackends backends, TimeSpan startTime)
    {
        _process = process;
        Listener = listener;
        Backends = backends;
        StartTime = startTime;
        Usage = new ProcessTree(process.Id);
    }

    public IPEndPoint Listener { get; }

    public NginxBackends Backends { get; }

    /// <summary>From before the exec to the end of the first answer.</summary>
    public TimeSpan StartTime { get; }

    public ProcessTree Usage { get; }

    public static async Task<RunningBalancer> StartAsync(IBalancer balancer, NginxBackends backends, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var listener = FreePort.Next();
        var launch = balancer.Prepare(directory, listener, backends.EndPoints, backends.Certificate is not null);

        var start = TimeProvider.System.GetTimestamp();
        var process = ChildProcess.Start(launch);
        try
        {
            await FirstAnswer.WaitAsync(listener, backends.Certificate, process, cancellationToken);
            return new RunningBalancer(process, listener, backends, TimeProvider.System.GetElapsedTime(start));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Uri UriOf(string path) => new($"{(Backends.Certificate is null ? "http" : "https")}://{Listener}{path}");

    public Task<HttpConnection> ConnectAsync(CancellationToken cancellationToken) =>
        HttpConnection.ConnectAsync(Listener, Backends.Certificate, cancellationToken);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
