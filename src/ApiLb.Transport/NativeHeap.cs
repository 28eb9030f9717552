using System.Runtime.InteropServices;

namespace ApiLb.Transport;

/// <summary>
/// The memory that the runtime itself takes with malloc, for the lists of the collector above all. glibc keeps megabytes of
/// it after they were freed (mallopt(3), malloc_trim(3)); other C libraries have no such calls and need none.
/// </summary>
internal static partial class NativeHeap
{
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    /// <summary>
    /// To be called once, at start: large blocks get mappings of their own, which end when the block is freed, and threads
    /// share their arenas. By default glibc would learn, from the first large block freed, to keep the next ones.
    /// </summary>
    public static void Configure()
    {
        try
        {
            _ = MallocOption(MmapThreshold, 64 * 1024);
            _ = MallocOption(ArenaMax, 2);
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    /// <summary>Gives freed memory back to the kernel.</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
