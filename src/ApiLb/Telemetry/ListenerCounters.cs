using ApiLb.Backends;
using ApiLb.ProxyProtocol;

namespace ApiLb.Telemetry;

/// <summary>What happened at one listener. Written by connections on any thread, read at scrape time.</summary>
internal sealed class ListenerCounters(string name)
{
    private readonly long[] _closes = new long[Enum.GetValues<CloseReason>().Length];
    private readonly long[] _badHellos = new long[2 * Enum.GetValues<BadHelloCause>().Length];
    private readonly long[] _badProxyHeaders = new long[Enum.GetValues<ProxyHeaderFault>().Length];
    private readonly long[] _badRequests = new long[RefusedRequest.Kinds.Count];
    private readonly long[] _clientFaults = new long[ClientFault.Reasons.Count];
    private long _active;
    private long _accepted;

    public string Name { get; } = name;

    /// <summary>Client connections now open.</summary>
    public long Active => Volatile.Read(ref _active);

    /// <summary>Client connections since the daemon started.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Client connections that ended for this reason.</summary>
    public long Closes(CloseReason reason) => Volatile.Read(ref _closes[(int)reason]);

    /// <summary>Clients that sent no ClientHello, and were forwarded all the same or were not.</summary>
    public long BadHellos(BadHelloCause cause, bool isForwarded) => Volatile.Read(ref _badHellos[IndexOf(cause, isForwarded)]);

    public void BadHelloSeen(BadHelloCause cause, bool isForwarded) => Interlocked.Increment(ref _badHellos[IndexOf(cause, isForwarded)]);

    /// <summary>Connections whose PROXY header was refused for this cause.</summary>
    public long BadProxyHeaders(ProxyHeaderFault cause) => Volatile.Read(ref _badProxyHeaders[(int)cause]);

    /// <summary>Requests that were refused while they were read, by <see cref="RefusedRequest.Kinds"/>.</summary>
    public long BadRequests(string kind) => Volatile.Read(ref _badRequests[RefusedRequest.IndexOf(kind)]);

    public void BadRequestSeen(string kind) => Interlocked.Increment(ref _badRequests[RefusedRequest.IndexOf(kind)]);

    /// <summary>HTTP connections that were ended for what their clients did, by the index of one of <see cref="ClientFault.Reasons"/>.</summary>
    public long ClientFaults(int reason) => Volatile.Read(ref _clientFaults[reason]);

    public void ClientFaultSeen(int reason) => Interlocked.Increment(ref _clientFaults[reason]);

    public void ConnectionAccepted()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _active);
    }

    public void ConnectionClosed(CloseReason reason)
    {
        Interlocked.Increment(ref _closes[(int)reason]);
        Interlocked.Decrement(ref _active);
    }

    public void ProxyHeaderRefused(ProxyHeaderFault cause) => Interlocked.Increment(ref _badProxyHeaders[(int)cause]);

    private static int IndexOf(BadHelloCause cause, bool isForwarded) => (2 * (int)cause) + (isForwarded ? 1 : 0);
}
