using ApiLb.Configuration.Values;

namespace ApiLb.Configuration;

/// <summary>Reads a whole file that ought to be small, even if the path names <c>/dev/zero</c>.</summary>
internal static class BoundedFile
{
    public static async Task<Parsed<byte[]>> ReadAsync(string path, int maximumBytes, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return Cannot("it is a folder, not a file");
        }

        try
        {
            return await ReadOpenAsync(path, maximumBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Cannot("no such file");
        }
        catch (UnauthorizedAccessException)
        {
            return Cannot("permission denied");
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            return Cannot(Quoted.Harmless(e.Message));
        }

        Parsed<byte[]> Cannot(string reason) => Parsed<byte[]>.Failed($"cannot read {Quoted.Shorten(path)}: {reason}");
    }

    public static string TooLarge(int maximumBytes) => $"is larger than {maximumBytes / 1024} KiB";

    private static async Task<Parsed<byte[]>> ReadOpenAsync(string path, int maximumBytes, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            // One byte more than allowed tells a file of exactly the maximum from a larger one.
            var buffer = new byte[maximumBytes + 1];
            var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return length > maximumBytes ? Parsed<byte[]>.Failed(TooLarge(maximumBytes)) : Parsed<byte[]>.Of(buffer[..length]);
        }
    }
}
