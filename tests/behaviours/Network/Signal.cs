using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ApiLb.BehaviourTests.Network;

/// <summary>kill(2).</summary>
internal static partial class Signal
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int User1 = 10;
    public const int User2 = 12;
    public const int Pipe = 13;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;
    public const int WindowChange = 28;

    /// <summary>A process that is gone is no error.</summary>
    public static void Send(int process, int signal)
    {
        if (kill(process, signal) != 0 && Marshal.GetLastPInvokeError() != 3)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
