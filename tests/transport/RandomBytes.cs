namespace ApiLb.TransportTests;

/// <summary>Bytes that no relay can produce by accident, the same for the same seed.</summary>
internal static class RandomBytes
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
