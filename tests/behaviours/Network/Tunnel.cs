using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ApiLb.BehaviourTests.Network;

/// <summary>A network interface of which this process is the wire (TUN): it reads the packets that the kernel sends, and writes those that it is to receive.</summary>
internal sealed partial class Tunnel : IAsyncDisposable
{
    public const int LongestPacket = 65536;

    private const uint SetInterface = 0x400454ca; // TUNSETIFF
    private const short WithoutHeader = 0x1001; // IFF_TUN | IFF_NO_PI

    private readonly TestHost _host;
    private readonly string _name;
    private readonly SafeFileHandle _device;

    private Tunnel(TestHost host, string name, SafeFileHandle device) => (_host, _name, _device) = (host, name, device);

    /// <param name="host">In whose namespace.</param>
    /// <param name="name">Of the interface.</param>
    /// <param name="address">Its own, and how many bits of it the other end has in common: 10.0.0.1/24.</param>
    public static async Task<Tunnel> DigAsync(TestHost host, string name, string address)
    {
        Tunnel tunnel = new(host, name, host.Inside(() => Open(name)));
        await host.IpAsync("address", "add", address, "dev", name);
        await host.IpAsync("link", "set", name, "up");
        return tunnel;
    }

    /// <summary>The next packet that the kernel sends there; 0 when the interface is gone.</summary>
    public int Read(Span<byte> packet) => (int)Math.Max(0, read(_device, packet, packet.Length));

    public void Write(ReadOnlySpan<byte> packet) => _ = write(_device, packet, packet.Length);

    public async ValueTask DisposeAsync()
    {
        await _host.IpAsync("link", "delete", _name);
        _device.Dispose();
    }

    private static SafeFileHandle Open(string name)
    {
        // Not by .NET, which asks every file for its length and position.
        var device = open("/dev/net/tun", 2 /* O_RDWR */ | 0x80000 /* O_CLOEXEC */);
        var request = new byte[40]; // struct ifreq
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), WithoutHeader);
        return device >= 0 && ioctl(device, SetInterface, request) == 0
            ? new SafeFileHandle(device, ownsHandle: true)
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "/dev/net/tun: " + Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, ReadOnlySpan<byte> argument);

    [LibraryImport("libc")]
    private static partial nint read(SafeFileHandle descriptor, Span<byte> buffer, nint length);

    [LibraryImport("libc")]
    private static partial nint write(SafeFileHandle descriptor, ReadOnlySpan<byte> buffer, nint length);
}
