using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ApiLb.BehaviourTests.Network;

/// <summary>One thread of another process, stopped by ptrace(2) while the rest of the process runs on.</summary>
internal sealed partial class HeldThread : IDisposable
{
    private const int Seize = 0x4206;
    private const int Interrupt = 0x4207;

    private readonly ManualResetEventSlim _release = new();
    private readonly Thread _tracer;
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="thread">Its thread id.</param>
    public HeldThread(int thread)
    {
        // The thread that holds another must live as long as it is to be held: the kernel lets go when it ends.
        _tracer = new Thread(() => Hold(thread)) { IsBackground = true };
        _tracer.Start();
    }

    public Task Held => _held.Task;

    public void Dispose()
    {
        _release.Set();
        _tracer.Join();
        _release.Dispose();
    }

    private void Hold(int thread)
    {
        if (ptrace(Seize, thread, 0, 0) != 0 || ptrace(Interrupt, thread, 0, 0) != 0)
        {
            _held.SetException(new Win32Exception(Marshal.GetLastPInvokeError()));
            return;
        }

        _held.SetResult();
        _release.Wait();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long ptrace(long request, int thread, nint address, nint data);
}
