namespace ApiLb.TransportTests;

/// <summary>The file descriptors of this process.</summary>
internal static class Descriptors
{
    public static int Count() => Directory.GetFiles("/proc/self/fd").Length;
}
