using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.IntegrationTests.Service;

/// <summary>A listening socket that outlives the daemons it is passed to, as systemd holds one for a socket unit.</summary>
internal sealed class PassedSocket : IDisposable
{
    // Fetched (pidfd_getfd(2), 438 on every architecture) and not inherited: every other program that is started meanwhile would inherit it too.
    private const string Fetch =
        """
        import ctypes, os, sys
        process, descriptor, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
        socket = ctypes.CDLL(None, use_errno=True).syscall(438, os.pidfd_open(process), descriptor, 0)
        assert socket >= 0, os.strerror(ctypes.get_errno())
        os.dup2(socket, 3)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execvp(command[0], command)
        """;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public PassedSocket(IPEndPoint address)
    {
        _socket.Bind(address);
        _socket.Listen(4096);
    }

    /// <summary>A command that makes the socket descriptor 3, says so as sd_listen_fds(3) has it, and becomes the daemon.</summary>
    public string[] Launcher =>
    [
        "python3", "-c", Fetch, Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        _socket.SafeHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture),
    ];

    public void Dispose() => _socket.Dispose();
}
