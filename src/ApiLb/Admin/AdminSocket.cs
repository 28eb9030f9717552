#pragma warning disable CA1416 // File modes: ApiLb runs on Linux only.
using System.Net.Sockets;

namespace ApiLb.Admin;

/// <summary>Binds the admin unix socket, whose file is the caller's to delete: right mode before anyone can connect, never over a living daemon or a foreign file.</summary>
internal static class AdminSocket
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private const UnixFileMode PrivateDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>A bound socket that does not listen yet.</summary>
    /// <param name="path">Where.</param>
    /// <param name="cancellation">Ends the look for another daemon.</param>
    /// <param name="key">The setting that names the path, for messages.</param>
    /// <exception cref="AdminBindException">The path cannot be used.</exception>
    public static async Task<Socket> BindAsync(string path, CancellationToken cancellation, string key = "admin.socket")
    {
        var endPoint = EndPointOf(path, key);
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && !Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory, PrivateDirectory);
            }

            await RemoveStaleAsync(path, endPoint, key, cancellation);
            return Bind(path, endPoint);
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException or (IOException and not AdminBindException))
        {
            throw new AdminBindException(
                $"{key}: cannot listen on {path}: {e.Message}. Give its directory to the user that runs apilb, or choose another path.", e);
        }
    }

    /// <exception cref="AdminBindException">It is no path of a unix socket.</exception>
    public static UnixDomainSocketEndPoint EndPointOf(string path, string key)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException e)
        {
            throw new AdminBindException($"{key}: '{path}' is no path of a unix socket, which has 1 to 107 bytes. Choose another.", e);
        }
    }

    /// <summary>Between bind and listen nobody can connect, so there is no moment with the wrong mode.</summary>
    private static Socket Bind(string path, UnixDomainSocketEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            File.SetUnixFileMode(path, OwnerAndGroup);
            return WithoutFile(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>.NET deletes the file together with the socket that bound it, and never with another for the same descriptor.</summary>
    private static Socket WithoutFile(Socket bound)
    {
        var descriptor = bound.SafeHandle.DangerousGetHandle();
        bound.SafeHandle.SetHandleAsInvalid();
#pragma warning disable CA1816 // Not of this type: its finalizer would delete the file too.
        GC.SuppressFinalize(bound);
#pragma warning restore CA1816
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    private static async Task RemoveStaleAsync(string path, UnixDomainSocketEndPoint endPoint, string key, CancellationToken cancellation)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new AdminBindException($"{key}: {path} exists and is not a socket. Move it away, or choose another path.");
        }

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(endPoint, cancellation);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens: left over from a process that was killed.
            File.Delete(path);
            return;
        }

        throw new AdminBindException(
            $"{key}: another daemon answers at {path}. Stop it ('systemctl stop apilb'), or choose another path.");
    }

    /// <summary>A socket is the one thing that exists and cannot be opened (open(2): ENXIO); .NET has no other name for it.</summary>
    private static bool IsSocket(string path)
    {
        if (Directory.Exists(path))
        {
            return false;
        }

        try
        {
            // For writing too: opening a FIFO for reading alone would block.
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
