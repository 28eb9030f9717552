using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Network;

/// <summary>A listening socket that outlives the balancers it is passed to, as systemd holds one for a socket unit.</summary>
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
        os.environ.update(NGINX="3;", LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execvp(command[0], command)
        """;

    private readonly Socket _socket;

    public PassedSocket(TestHost host, string address)
    {
        _socket = host.CreateSocket(AddressFamily.InterNetwork);
        _socket.Bind(IPEndPoint.Parse(address));
        _socket.Listen(4096);
    }

    /// <summary>A command that makes the socket descriptor 3, says so as sd_listen_fds(3) and nginx have it, and becomes the balancer.</summary>
    public IReadOnlyList<string> Launcher =>
        ["python3", "-c", Fetch, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), _socket.SafeHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture)];

    public void Dispose() => _socket.Dispose();
}
