namespace ApiLb.Transport;

/// <summary>The file of a unix socket that outlived its process: the kernel keeps it, and nobody can bind there again.</summary>
internal static class AbandonedSocket
{
    /// <summary>Deletes it when it is a socket and nobody listens on it any more.</summary>
    /// <returns>True when it was deleted.</returns>
    public static bool TryRemove(string path, ReadOnlySpan<byte> address)
    {
        if (!IsSocket(path) || !IsRefused(address))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    private static bool IsRefused(ReadOnlySpan<byte> address)
    {
        var fd = Native.Socket(Native.AfUnix);
        if (fd < 0)
        {
            return false;
        }

        var result = Native.Connect(fd, address);
        Native.Close(fd);
        return result == -Errno.ConnectionRefused;
    }

    /// <summary>A socket is the one thing that exists and cannot be opened (open(2): ENXIO); .NET has no other name for it.</summary>
    private static bool IsSocket(string path)
    {
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
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
