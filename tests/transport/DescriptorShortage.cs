using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>While it lives, this process can open nothing: the soft limit is lowered and every free place below it is taken.</summary>
internal sealed class DescriptorShortage : IDisposable
{
    private const int LimitOfFiles = 7;

    private readonly List<SafeFileHandle> _fillers = [];
    private readonly ResourceLimit _usual;

    public DescriptorShortage()
    {
        var highest = Directory.GetFiles("/proc/self/fd").Max(path => int.Parse(Path.GetFileName(path), null));
        Check(getrlimit(LimitOfFiles, out _usual));
        Check(setrlimit(LimitOfFiles, new ResourceLimit((nuint)highest + 1, _usual.Most)));
        while (TryOpen() is { } filler)
        {
            _fillers.Add(filler);
        }
    }

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        Check(setrlimit(LimitOfFiles, _usual));
    }

    private static SafeFileHandle? TryOpen()
    {
        try
        {
            return File.OpenHandle("/dev/null");
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Check(int result) => Assert.True(result == 0, $"cannot set RLIMIT_NOFILE (errno {Marshal.GetLastPInvokeError()})");

    [DllImport("libc", SetLastError = true)]
    private static extern int getrlimit(int resource, out ResourceLimit limit);

    [DllImport("libc", SetLastError = true)]
    private static extern int setrlimit(int resource, in ResourceLimit limit);

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit(nuint now, nuint most)
    {
        public readonly nuint Now = now;
        public readonly nuint Most = most;
    }
}
