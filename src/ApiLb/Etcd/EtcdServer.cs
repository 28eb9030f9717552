using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Etcd;

/// <summary>
/// Where one member is asked: its address, looked up when it is a name, and the conversations with it in HTTP and in gRPC, whose
/// connections are renewed every so often, so that accepting is checked and changed certificate files are used. One check at a time.
/// </summary>
internal sealed class EtcdServer(string host, int port, bool isTls, HttpConversation http, HttpConversation grpc) : IAsyncDisposable
{
    private const int FreshConnectionEvery = 15;

    private EndPoint? _endPoint;
    private int _checks;

    /// <summary>What it is called in requests, not where they go.</summary>
    public Uri Address { get; } = new($"{(isTls ? "https" : "http")}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");

    /// <summary>Now and then is the moment to ask what seldom changes.</summary>
    public bool IsFirstOfConnection { get; private set; }

    /// <summary>Begins a check: finds the address.</summary>
    /// <returns>Null, or why there is none.</returns>
    public async ValueTask<ProbeVerdict?> BeginAsync(CancellationToken deadline)
    {
        IsFirstOfConnection = _checks++ % FreshConnectionEvery == 0;
        if (IsFirstOfConnection)
        {
            await CloseAsync();
        }

        if (IPAddress.TryParse(host, out var address))
        {
            _endPoint = new IPEndPoint(address, port);
            return null;
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(host, deadline);
            _endPoint = found.Length > 0 ? new IPEndPoint(found[0], port) : _endPoint;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // An answer once had is kept until there is a better one.
        }

        return _endPoint is null ? ProbeVerdict.Unreachable(ProbeLayer.L4, HealthCause.UnresolvedName, $"{host} has no address") : null;
    }

    public ValueTask<HttpAnswer> GetAsync(string path, int maxBody, CancellationToken deadline) =>
        http.AskAsync(_endPoint!, HttpQuestion.Get(new Uri(Address, path), maxBody), deadline);

    /// <param name="path">The method of gRPC.</param>
    /// <param name="message">As gRPC frames it.</param>
    /// <param name="maxBody">Bytes of the answer.</param>
    /// <param name="deadline">Ends the call.</param>
    public ValueTask<HttpAnswer> CallAsync(string path, byte[] message, int maxBody, CancellationToken deadline) =>
        grpc.AskAsync(_endPoint!, HttpQuestion.Call(new Uri(Address, path), message, maxBody), deadline);

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask CloseAsync()
    {
        await http.CloseAsync();
        await grpc.CloseAsync();
    }
}
