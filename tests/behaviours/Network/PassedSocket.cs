using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ApiLb.BehaviourTests.Network;

/// <summary>A listening socket that outlives the balancers it is passed to, as systemd holds one for a socket unit.</summary>
internal sealed partial class PassedSocket : IDisposable
{
    private const int SetDescriptorFlags = 2;

    private readonly Socket _socket;

    public PassedSocket(TestHost host, string address)
    {
        _socket = host.CreateSocket(AddressFamily.InterNetwork);
        _socket.Bind(IPEndPoint.Parse(address));
        _socket.Listen(4096);
        _ = fcntl(Descriptor, SetDescriptorFlags, 0); // Without close-on-exec: programs that are started get it.
    }

    /// <summary>A command that makes the socket descriptor 3, says so as sd_listen_fds(3) and nginx have it, and becomes the balancer.</summary>
    public IReadOnlyList<string> Launcher =>
        ["bash", "-c", string.Create(CultureInfo.InvariantCulture, $"exec 3<&{Descriptor}; NGINX='3;' LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\""), "launcher"];

    private int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command, int argument);
}
