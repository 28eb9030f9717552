using System.Runtime.InteropServices;

namespace ApiLb.Fuzzing;

/// <summary>What one input may cost: processor time and allocated memory of the thread that tries it, whatever else the machine does.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FuzzBounds
{
    /// <summary>No input that is tried is long; the slowest takes milliseconds, the first one compiles the code.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private const long MostBytes = 48L << 20;

    private readonly TimeSpan _time;
    private readonly long _bytes;

    private FuzzBounds(TimeSpan time, long bytes)
    {
        _time = time;
        _bytes = bytes;
    }

    public static FuzzBounds Begin() => new(ThreadTime.Used, GC.GetAllocatedBytesForCurrentThread());

    /// <exception cref="FuzzFailedException">It was more than that.</exception>
    public void End(byte[] input)
    {
        var time = ThreadTime.Used - _time;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - _bytes;
        if (time > MostTime || bytes > MostBytes)
        {
            throw new FuzzFailedException(FormattableString.Invariant($"took {time.TotalSeconds:0.0} s of processor time and {bytes} bytes of memory"), input);
        }
    }
}
