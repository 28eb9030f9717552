namespace ApiLb.Transport;

/// <summary>How many file descriptors this process may have.</summary>
internal static class DescriptorLimit
{
    /// <summary>One of so many descriptors may be a pipe of the data plane, which then is two of them.</summary>
    public const int PerPipe = 64;

    private const int KernelDefault = 1024;

    /// <summary>The soft limit, which the .NET runtime has raised to the hard one at start (LimitNOFILE, ulimit -n).</summary>
    public static long Read() =>
        Native.GetDescriptorLimit(out var soft) < 0 ? KernelDefault : (long)Math.Min(soft, long.MaxValue);
}
