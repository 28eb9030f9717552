using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ApiLb.EndToEndTests.Network;

/// <summary>A named network namespace: one "host" of the lab. A socket made here stays here, whichever thread uses it later.</summary>
internal sealed partial class NetworkNamespace(string name)
{
    private const int CloneNewNet = 0x40000000;

    public string Name { get; } = name;

    public string Path { get; } = "/run/netns/" + name;

    /// <summary>A TCP socket in this namespace. Synchronous on purpose: the thread enters, makes the socket and leaves without an await.</summary>
    public Socket CreateSocket()
    {
        using var home = File.OpenHandle("/proc/thread-self/ns/net");
        using var here = File.OpenHandle(Path);
        Enter(here);
        try
        {
            return new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        }
        finally
        {
            Enter(home);
        }
    }

    private static void Enter(SafeFileHandle target)
    {
        if (SetNamespace(target, CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "setns failed: " + Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle target, int kind);
}
