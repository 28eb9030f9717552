using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ApiLb.IntegrationTests.Service;

/// <summary>A listening socket that outlives the daemons it is passed to, as systemd holds one for a socket unit.</summary>
internal sealed class PassedSocket : IDisposable
{
    private const int SetDescriptorFlags = 2;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public PassedSocket(IPEndPoint address)
    {
        _socket.Bind(address);
        _socket.Listen(4096);
        _ = SetFlags(Descriptor, SetDescriptorFlags, 0); // Without close-on-exec: programs that are started get it.
    }

    private int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>A command that makes the socket descriptor 3, says so as sd_listen_fds(3) has it, and becomes the daemon.</summary>
    public string[] Launcher =>
    [
        "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"exec 3<&{Descriptor}; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\""), "launcher",
    ];

    public void Dispose() => _socket.Dispose();

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int SetFlags(int descriptor, int command, int argument);
}
