using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ApiLb.Admin;

/// <summary>
/// The listening sockets of the admin surface, each bound here or had from the process before this one. Whoever accepts closes
/// what it got; the files of unix sockets are deleted here, and by the process alone that answers there. One caller at a time.
/// </summary>
/// <param name="inherited">Descriptors by the address as the configuration has it; owned from now on.</param>
internal sealed class AdminSockets(IReadOnlyDictionary<EndPoint, int>? inherited = null) : IDisposable
{
    private readonly Dictionary<EndPoint, int> _inherited = new(inherited ?? new Dictionary<EndPoint, int>());
    private readonly Dictionary<EndPoint, Socket> _sockets = [];
    private readonly HashSet<string> _files = [];

    /// <summary>All of them, as another process may take them over.</summary>
    public IReadOnlyDictionary<EndPoint, int> Descriptors => _sockets.ToDictionary(s => s.Key, s => (int)s.Value.SafeHandle.DangerousGetHandle());

    /// <summary>A bound unix socket; the same one when it is asked for again.</summary>
    /// <param name="path">Where.</param>
    /// <param name="key">The setting that names the path, for messages.</param>
    /// <param name="cancellation">Ends the look for another daemon.</param>
    /// <exception cref="AdminBindException">The path cannot be used.</exception>
    public async Task<Socket> BindAsync(string path, string key, CancellationToken cancellation)
    {
        var endPoint = AdminSocket.EndPointOf(path, key);
        if (Find(endPoint) is { } socket)
        {
            return socket;
        }

        socket = await AdminSocket.BindAsync(path, cancellation, key);
        _files.Add(path);
        _sockets.Add(endPoint, socket);
        return socket;
    }

    /// <summary>A bound TCP socket; the same one when it is asked for again.</summary>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public Socket Bind(IPEndPoint address)
    {
        if (Find(address) is { } socket)
        {
            return socket;
        }

        socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        _sockets.Add(address, socket);
        return socket;
    }

    /// <summary>This process alone answers from now on: the files are its own, and what was inherited in vain is closed.</summary>
    public void Claim()
    {
        _files.UnionWith(_sockets.Keys.OfType<UnixDomainSocketEndPoint>().Select(e => e.ToString()));
        foreach (var file in _inherited.Keys.OfType<UnixDomainSocketEndPoint>())
        {
            File.Delete(file.ToString());
        }

        CloseInherited();
    }

    /// <summary>Another process answers from now on: the files are its. Who was accepted here is served here.</summary>
    public void Leave()
    {
        _files.Clear();
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }

        _sockets.Clear();
    }

    public void Dispose()
    {
        CloseInherited();
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }

        foreach (var file in _files)
        {
            File.Delete(file);
        }

        _files.Clear();
    }

    private Socket? Find(EndPoint endPoint)
    {
        if (!_sockets.TryGetValue(endPoint, out var socket) && _inherited.Remove(endPoint, out var descriptor))
        {
            socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            _sockets.Add(endPoint, socket);
        }

        return socket;
    }

    private void CloseInherited()
    {
        foreach (var descriptor in _inherited.Values)
        {
            new SafeSocketHandle(descriptor, ownsHandle: true).Dispose();
        }

        _inherited.Clear();
    }
}
