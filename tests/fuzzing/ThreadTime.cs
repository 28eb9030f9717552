using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ApiLb.Fuzzing;

/// <summary>
/// The processor time of the current thread (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID). What work costs, and not how long it waited for
/// a processor: on a busy machine the clock on the wall says little.
/// </summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static TimeSpan Used
    {
        get
        {
            Span<long> secondsAndNanoseconds = stackalloc long[2];
            return GetTime(ThreadCpuTime, ref MemoryMarshal.GetReference(secondsAndNanoseconds)) == 0
                ? TimeSpan.FromSeconds(secondsAndNanoseconds[0]) + TimeSpan.FromTicks(secondsAndNanoseconds[1] / TimeSpan.NanosecondsPerTick)
                : throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, ref long secondsAndNanoseconds);
}
